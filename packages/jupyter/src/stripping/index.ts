/** What may leave the browser of a notebook: the twin of the package nbcommons_ipynb. */
export { canonicalText } from './canonical.js';
export { NotANotebook } from './errors.js';
export type { JsonObject } from './json.js';
export { nothingRemoved, type Removed } from './removal.js';
export { strip, type Stripped } from './strip.js';
