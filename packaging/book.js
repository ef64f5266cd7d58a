// The theme makes a landmark without a name of each copy button, and tables that scroll, but not with the keyboard.

function mend() {
  document.querySelectorAll('nav.md-code__nav').forEach((nav, index) => {
    nav.ariaLabel = `Sample ${index + 1}`
  })
  for (const table of document.querySelectorAll('.md-typeset__scrollwrap')) table.tabIndex = 0
}

new MutationObserver(mend).observe(document.body, { childList: true, subtree: true })
mend()
