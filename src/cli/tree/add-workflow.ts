// Commands of workflows.

import type { Command } from "commander";
import type { Act, Add } from "./tree.ts";

export function addWorkflow(program: Command, add: Add, act: Act): void {
  const workflow = program.command("workflow").description("store and look at workflows");
  const load = () => import("../commands/workflow.ts");
  const loadFiles = () => import("../commands/workflow-files.ts");
  add(workflow, "put <files...>", "store workflows; a stored version never changes").action(
    act(async () => (await loadFiles()).putWorkflows),
  );
  add(workflow, "get <name>", "print a workflow as it was stored")
    .option("--version <number>", "not the highest, but this version")
    .action(act(async () => (await load()).getWorkflow));
  add(workflow, "list", "list the highest version of each workflow").action(
    act(async () => (await load()).listWorkflows),
  );
  add(workflow, "stats <name>", "how its runs ended lately")
    .option("--hours <number>", "the current hour and those before it, at most 168 (default 24)")
    .action(act(async () => (await import("../commands/workflow-stats.ts")).workflowStats));
  add(workflow, "delete <name>", "let nothing new start by it; active runs go on, past ones can be read")
    .option("--if-match <etag>", "only while the highest version has this etag")
    .action(act(async () => (await load()).deleteWorkflow));
  add(workflow, "versions <name>", "list all versions of a workflow, highest first").action(
    act(async () => (await load()).listVersions),
  );
  add(workflow, "graph <file-or-name>", "show the steps as a tree, or for Mermaid")
    .option("--mermaid", "print a Mermaid flowchart")
    .option("--version <number>", "of a stored workflow: not the highest, but this version")
    .action(act(async () => (await import("../commands/workflow-graph.ts")).graph));
  add(workflow, "uses <name>", "the hosts, secrets, workflows and events that a stored workflow names")
    .option("--version <number>", "not the highest, but this version")
    .action(act(async () => (await import("../commands/workflow-uses.ts")).workflowUses));
  add(program, "apply <folder>", "show what would change, then store every workflow of a folder, or none")
    .option("--dry-run", "show what would change, and store nothing")
    .option("--prune", "then delete the workflows that are stored and in no file; asks before")
    .option("--yes", "delete them without being asked")
    .action(act(async () => (await import("../commands/apply.ts")).apply));
  add(workflow, "validate <files...>", "check files, without any server").action(
    act(async () => (await loadFiles()).validateWorkflows),
  );
  addTemplates(program, add, act);
}

function addTemplates(program: Command, add: Add, act: Act): void {
  const templates = program.command("templates").description("examples to begin with");
  add(templates, "list", "what there is, what it calls, and which secrets it needs").action(
    act(async () => (await import("../commands/templates.ts")).listTemplates),
  );
  add(templates, "clone <template>", "store a template as a workflow of your own")
    .option("--as <name>", "name of the workflow (default: that of the template)")
    .action(act(async () => (await import("../commands/templates-clone.ts")).cloneTemplate));
}
