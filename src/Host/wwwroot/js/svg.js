// Small drawings. Sizes go in as attributes: the Content-Security-Policy allows no inline style.

const space = 'http://www.w3.org/2000/svg';

/** An svg for the eye only, with shapes given as [tag, attributes]. */
export function drawing(attributes, shapes) {
  const svg = shape('svg', { ...attributes, 'aria-hidden': 'true' });
  svg.append(...shapes.map(([tag, of]) => shape(tag, of)));
  return svg;
}

export function shape(tag, attributes) {
  const node = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
