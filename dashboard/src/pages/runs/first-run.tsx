// What the page of runs shows while there is none: the three commands that bring the first.

import { Link } from "@tanstack/react-router";
import { Rocket } from "lucide-react";
import { CommandLine } from "../../look/command-line.tsx";
import { EmptyState } from "../../look/empty-state.tsx";

const put = `cat > hello.yaml <<'END'
name: hello
version: 1
triggers: [{type: http}]
steps:
  greet: {value: "Hello {{ trigger.body.name }}"}
END
dispatched workflow put hello.yaml`;

export function FirstRun() {
  return (
    <EmptyState shape={Rocket} title="No runs yet">
      <p className="m-0">
        A run is one execution of a workflow. Three commands make the first; it appears here by itself.
      </p>
      <ol className="m-0 mt-3 list-none p-0 text-left text-ink">
        <li>
          1. Put a workflow
          <CommandLine text={put} label="Copy the command that puts a workflow" />
        </li>
        <li>
          2. Run it
          <CommandLine
            text={`dispatched run hello --body '{"name": "Ada"}'`}
            label="Copy the command that runs it"
          />
        </li>
        <li>
          3. Follow one as it goes
          <CommandLine
            text={`dispatched run hello --body '{"name": "Bo"}' --follow`}
            label="Copy the command that follows a run"
          />
        </li>
      </ol>
      <p className="mt-3 mb-0">
        Or begin with{" "}
        <Link to="/templates" className="text-accent underline">
          a template
        </Link>
        .
      </p>
    </EmptyState>
  );
}
