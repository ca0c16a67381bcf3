// What of a drawing is in sight: moved by pointer, finger and pinch, zoomed, fitted. Only one transform is ever written.

import { select } from "d3-selection";
import { type D3ZoomEvent, type ZoomBehavior, zoom, zoomIdentity, zoomTransform } from "d3-zoom";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** In the measures of the drawing. */
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

const scaleMin = 0.05;
const scaleMax = 1.5;
/** Below this nothing can be read: what does not fit is begun from above. */
const readableScale = 0.4;
const turnMax = 0.5;
/** Around a drawing that is fitted, in points of the screen. */
const margin = 16;
/** How far beyond the drawing one may move, in its measures. */
const beyond = 400;

/** A wheel moves the page, and zooms only where the reader pinches or holds Ctrl. */
function isMeant(event: MouseEvent | TouchEvent | WheelEvent): boolean {
  if (event.type === "wheel") return event.ctrlKey || event.metaKey;
  return !("button" in event) || (event.button === 0 && !event.ctrlKey);
}

/** Of one turn, as a power of two: a pinch comes in many small ones, a wheel in few great ones. */
function wheelDelta({ deltaY, deltaMode }: WheelEvent): number {
  const turned = -deltaY * (deltaMode === 1 ? 0.05 : 0.01);
  return Math.max(-turnMax, Math.min(turnMax, turned));
}

export class CanvasView {
  readonly #pane: HTMLElement;
  readonly #zoom: ZoomBehavior<HTMLElement, unknown>;
  readonly #observer: ResizeObserver;
  #size: Size = { width: 0, height: 0 };
  /** By the reader: then nothing else moves it, but what he asks for. */
  #moved = false;

  /** @param drawing stands in `pane`, at its upper left corner */
  constructor(pane: HTMLElement, drawing: HTMLElement) {
    this.#pane = pane;
    this.#zoom = zoom<HTMLElement, unknown>()
      .scaleExtent([scaleMin, scaleMax])
      .filter(isMeant)
      .wheelDelta(wheelDelta)
      .on("zoom", ({ sourceEvent, transform: { x, y, k } }: D3ZoomEvent<HTMLElement, unknown>) => {
        if (sourceEvent != null) this.#moved = true;
        drawing.style.transform = `translate(${x}px, ${y}px) scale(${k})`;
      });
    select(pane).call(this.#zoom).on("dblclick.zoom", null);
    this.#observer = new ResizeObserver(() => this.#settle());
    this.#observer.observe(pane);
  }

  close(): void {
    this.#observer.disconnect();
    select(this.#pane).on(".zoom", null);
  }

  /** What is drawn has another size now. */
  resize({ width, height }: Size): void {
    this.#size = { width, height };
    this.#zoom.translateExtent([
      [-beyond, -beyond],
      [width + beyond, height + beyond],
    ]);
    this.#settle();
  }

  #settle(): void {
    if (!this.#moved) this.#fit(readableScale);
  }

  /** All of it, however small. */
  fit(): void {
    this.#moved = false;
    this.#fit(scaleMin);
  }

  #fit(least: number): void {
    const { clientWidth: wide, clientHeight: high } = this.#pane;
    const { width, height } = this.#size;
    if (wide === 0 || high === 0 || width === 0 || height === 0) return;
    const whole = Math.min((wide - 2 * margin) / width, (high - 2 * margin) / height, 1);
    const k = Math.max(least, whole);
    const y = height * k > high - 2 * margin ? margin : (high - height * k) / 2;
    this.#to((wide - width * k) / 2, y, k);
  }

  zoomBy(factor: number): void {
    this.#moved = true;
    select(this.#pane).call(this.#zoom.scaleBy, factor);
  }

  /** Moves as far as it takes to have `box` in sight. */
  reveal({ x, y, width, height }: Box): void {
    const { clientWidth: wide, clientHeight: high } = this.#pane;
    const at = zoomTransform(this.#pane);
    const into = (from: number, length: number, room: number) =>
      from < margin || length > room - 2 * margin
        ? margin - from
        : Math.min(0, room - margin - (from + length));
    const right = into(at.applyX(x), width * at.k, wide);
    const down = into(at.applyY(y), height * at.k, high);
    if (right === 0 && down === 0) return;
    this.#moved = true;
    this.#to(at.x + right, at.y + down, at.k);
  }

  /** What stood at `from` stands at `to` in another drawing, and stays where the reader sees it. */
  hold(from: Pick<Box, "x" | "y">, to: Pick<Box, "x" | "y">): void {
    const { x, y, k } = zoomTransform(this.#pane);
    this.#moved = true;
    this.#to(x + (from.x - to.x) * k, y + (from.y - to.y) * k, k);
  }

  #to(x: number, y: number, k: number): void {
    select(this.#pane).call(this.#zoom.transform, zoomIdentity.translate(x, y).scale(k));
  }
}
