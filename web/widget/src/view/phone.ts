/** On a phone the panel covers the page: keep it within what is visible, and the focus within it. */
export function phone(panel: HTMLElement, wrapper: HTMLElement, signal: AbortSignal): void {
  panel.addEventListener("keydown", event => {
    if (event.key !== "Tab" || !panel.ariaModal) return
    const all = [...panel.querySelectorAll<HTMLElement>("a,button,input,textarea,[tabindex='0']")].filter(
      one => one.tabIndex >= 0 && one.checkVisibility?.() !== false,
    )
    const [edge, other] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]]
    if ((panel.getRootNode() as ShadowRoot).activeElement !== edge) return
    event.preventDefault()
    other?.focus()
  })
  // the keyboard of a phone covers the page without changing its size
  const cover = () => {
    if (!panel.ariaModal || !visualViewport) return
    wrapper.style.setProperty("--top", `${visualViewport.offsetTop}px`)
    wrapper.style.setProperty("--height", `${visualViewport.height}px`)
  }
  for (const change of ["resize", "scroll"]) visualViewport?.addEventListener(change, cover, { signal })
  cover()
}
