// Says that bodies are large and not shown yet, and shows them when they are asked for.

import { Button } from "../../../look/button.tsx";
import { ProblemNotice } from "../../../look/problem-notice.tsx";
import type { BodyOffer } from "./use-whole-events.ts";
import { sizeText } from "./whole-events.ts";

export function LargeBodies({ offer }: { readonly offer: BodyOffer | null }) {
  if (offer === null) return null;
  const { count, bytes, isLoading, error, load } = offer;
  return (
    <div className="mb-2 rounded-md border border-line px-3 py-2">
      <p className="m-0">
        {count === 1 ? "One body is" : `${count} bodies are`} large, and not shown yet: {sizeText(bytes)}.
      </p>
      <Button kind="quiet" offBecause={isLoading ? "It is on its way" : null} onClick={load}>
        {count === 1 ? "Show it" : "Show them"}
      </Button>
      {error != null && <ProblemNotice error={error} />}
    </div>
  );
}
