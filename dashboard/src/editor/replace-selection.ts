// Typing over a selection, as a change of the document and not of the page: a browser that replaces styled text itself writes
// style attributes for it, which the policy of the page refuses.

import { EditorView } from "@codemirror/view";

/** What an input method composes is left to the browser. */
export const replaceSelection = EditorView.domEventHandlers({
  beforeinput({ inputType, data, isComposing }, view) {
    const { state } = view;
    if (inputType !== "insertText" || data === null || isComposing || state.readOnly) return false;
    if (state.selection.ranges.every(({ empty }) => empty)) return false;
    view.dispatch(state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});
