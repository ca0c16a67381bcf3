// Where an editor stands: a shadow root, so that its styles are adopted and none is put into the page.

import { useEffect, useRef } from "react";

interface CodeViewProps {
  /** Puts it there, and says how it is taken away. The same function as long as the same is shown. */
  readonly mount: (root: ShadowRoot) => { destroy(): void };
  readonly className?: string;
}

export function CodeView({ mount, className = "h-full" }: CodeViewProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const view = mount(element.shadowRoot ?? element.attachShadow({ mode: "open" }));
    return () => view.destroy();
  }, [mount]);
  return <div ref={host} className={`min-w-0 ${className}`} />;
}
