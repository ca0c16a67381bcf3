// The keys of the dashboard, shown on `?`.

import { Dialog } from "../look/dialog.tsx";
import { places } from "./places.ts";

const keys: readonly (readonly [keys: string, does: string])[] = [
  ["Ctrl K", "Palette: go to a page, run or workflow"],
  ["/", "Search on this page"],
  ["?", "These keys"],
  ...places.map(({ key, title }) => [`g ${key}`, title] as const),
  ["↑ ↓ Enter", "Choose a row and open it"],
  ["x", "Take the row, for what is done with many"],
  ["← ↑ ↓ → Enter", "In a graph: go along its lines, open a step; Tab goes to its items and its child run"],
  ["Esc", "Close what lies over the page"],
];

export function KeysHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <table className="w-full border-collapse">
        <tbody>
          {keys.map(([pressed, does]) => (
            <tr key={pressed} className="border-t border-line first:border-t-0">
              <th scope="row" className="w-32 py-1.5 text-left font-normal">
                <kbd>{pressed}</kbd>
              </th>
              <td className="py-1.5">{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
