// Draws with the next frame, or soon where there is none: a hidden page has no frames, and loses those that it asked for.

/** Between two looks at what came while the page is hidden (milliseconds). */
const hiddenMs = 250;

export function drawSoon(draw: () => void): void {
  let drawn = false;
  const once = () => {
    if (drawn) return;
    drawn = true;
    clearTimeout(timer);
    draw();
  };
  const timer = setTimeout(once, hiddenMs);
  if (!document.hidden) requestAnimationFrame(once);
}
