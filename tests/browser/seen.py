"""What is measured inside a page."""

from __future__ import annotations

#: Lines of text with their place, size and whether they may scroll in a container of their own. Not for the eyes, and
#: therefore left out: what is hidden on purpose.
TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, own = node.parentElement;
    if (!node.data.trim() || own.closest('title, desc, style, metadata')) continue;
    const head = own.closest('thead');
    if (head && getComputedStyle(head).position === 'absolute') continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter(box => box.width > 0);
    const svg = own.closest('svg');
    const matrix = svg ? own.getScreenCTM() : null;
    const scale = matrix ? Math.hypot(matrix.a, matrix.b) : 1;
    found.push({
      text: node.data.trim().slice(0, 60),
      tag: own.tagName,
      left: boxes.length ? Math.min(...boxes.map(box => box.left)) : null,
      right: boxes.length ? Math.max(...boxes.map(box => box.right)) : null,
      size: parseFloat(getComputedStyle(own).fontSize) * scale,
      picture: svg !== null,
      scrolls: own.closest('.scroll') !== null && getComputedStyle(own.closest('.scroll')).overflowX === 'auto',
    });
  }
  return found;
}"""

#: Elements whose content is wider or higher than they are and hidden by it.
CUT = """() => [...document.querySelectorAll('body *')].filter(own => {
  if (own.closest('svg') || own.closest('[aria-hidden]')) return false;
  const style = getComputedStyle(own);
  const clips = style.overflowX !== 'visible' && style.overflowX !== 'auto' && style.overflowX !== 'scroll';
  const isWider = own.clientWidth && own.scrollWidth > own.clientWidth + 1;
  const isHigher = own.clientHeight && own.scrollHeight > own.clientHeight + 1 && style.overflowY === 'hidden';
  const isCell = ['TD', 'TH', 'DD', 'DT', 'LI', 'P', 'H1', 'H2', 'H3', 'CODE'].includes(own.tagName);
  const head = own.closest('thead');
  if (head && getComputedStyle(head).position === 'absolute') return false;
  return (clips || isCell) && style.display !== 'inline' && (isWider || isHigher) || style.textOverflow === 'ellipsis';
}).map(own => own.tagName + ' ' + own.className + ': ' + own.textContent.trim().slice(0, 60))"""

WIDTH = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth, document.body.scrollWidth]"

#: Every colour that HTML (not a picture) shows.
COLOURS = """() => {
  const found = new Set();
  for (const own of document.querySelectorAll('body, body *')) {
    if (own.closest('svg')) continue;
    const style = getComputedStyle(own);
    for (const name of ['color', 'backgroundColor', 'borderTopColor', 'borderLeftColor', 'borderBottomColor'])
      found.add(style[name]);
  }
  return [...found];
}"""
