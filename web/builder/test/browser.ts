/* What a browser has and jsdom has not; nothing is laid out here. */
class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
}
globalThis.ResizeObserver ??= Observer as unknown as typeof ResizeObserver
window.matchMedia ??= query =>
  ({ matches: false, media: query, addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList
Element.prototype.scrollIntoView ??= () => {}

/** Computing styles is most of the time there, and there are no styles. */
const plain = document.createElement("div").style
window.getComputedStyle = () => plain
