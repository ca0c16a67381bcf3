// Memory for sealed bytes, taken from pages, because memory of its own for each value costs a third of sealing it.

const pageBytes = 8192;

/**
 * Only what is sealed lies in a page, so a page that is copied to another thread along with one of its values carries
 * nothing in the clear (`Buffer.allocUnsafe` would: its pages are shared by everyone).
 */
export class CipherPage {
  #page = new Uint8Array(0);
  #used = 0;

  /** `size` bytes whose content is undefined: every one has to be written. */
  take(size: number): Uint8Array {
    if (size > pageBytes / 4) return new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
    if (this.#used + size > this.#page.length) {
      this.#page = new Uint8Array(pageBytes);
      this.#used = 0;
    }
    const taken = this.#page.subarray(this.#used, this.#used + size);
    this.#used += size;
    return taken;
  }
}
