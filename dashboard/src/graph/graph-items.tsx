// The first items of an opened step, and the way to the others.

import { memo } from "react";
import { statusLook } from "../look/status-look.ts";
import { StatusShape } from "../look/status-shape.tsx";
import { ChildLink } from "./child-link.tsx";
import { type GraphStop, stopKey } from "./graph-stop.ts";
import { type GraphItem, type OpenedItems, openedParts, shownItemsMax } from "./step-state.ts";
import { StopButton } from "./stop-button.tsx";

interface GraphItemsProps {
  readonly step: string;
  readonly opened: OpenedItems;
  readonly selected: number | null;
  /** Where the keyboard is; null: not here. */
  readonly current: GraphStop["part"];
}

export const GraphItems = memo(function GraphItems({ step, opened, selected, current }: GraphItemsProps) {
  const { count, known } = opened;
  return (
    <ul className="m-0 list-none p-0" aria-label={`Items of ${step}`}>
      {openedParts(opened).map((part) => (
        <li key={part} className="graph-item">
          {part === "more" ? (
            <StopButton
              stop={{ step, part }}
              label={`${(count - shownItemsMax).toLocaleString("en")} more items of ${step} in the panel`}
              current={current === part}
              selected={false}
              className="text-accent"
            >
              {(count - shownItemsMax).toLocaleString("en")} more in the panel
            </StopButton>
          ) : (
            <Item {...{ step, part, current }} item={known[part]} selected={selected === part} />
          )}
        </li>
      ))}
    </ul>
  );
});

interface ItemProps {
  readonly step: string;
  readonly part: number;
  readonly item: GraphItem | undefined;
  readonly selected: boolean;
  readonly current: GraphStop["part"];
}

function Item({ step, part, item, selected, current }: ItemProps) {
  const name = stopKey({ step, part });
  const label = item === undefined ? name : `${name}: ${statusLook(item.status).word}, ${item.entry}`;
  return (
    <>
      <StopButton stop={{ step, part }} className="" current={current === part} {...{ label, selected }}>
        <span className="tabular shrink-0 text-quiet">[{part}]</span>
        {item !== undefined && <StatusShape status={item.status} size={13} />}
        <span className="min-w-0 flex-1 truncate font-mono">{item?.entry}</span>
      </StopButton>
      {item?.child != null && <ChildLink run={item.child} of={name} current={current === part} />}
    </>
  );
}
