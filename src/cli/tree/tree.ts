// What the parts of the tree of commands are made of.

import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";

export type Action = (terminal: Terminal, ...parts: never[]) => Promise<number>;

/** Makes of a command's code, which is loaded when it runs, what the parser calls. */
export type Act = (load: () => Promise<Action>) => (...parts: unknown[]) => Promise<void>;

/** Adds a command with the options of all, and its examples. */
export type Add = (parent: Command, usage: string, description: string) => Command;
