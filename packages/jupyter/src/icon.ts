/** The mark of the Commons: an open book on a shelf. */
import { LabIcon } from '@jupyterlab/ui-components';

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M3 4.5c3-1 6-.7 8.2.8v12.2C9 16.2 6 15.900 3 16.900z"/>
    <path d="M21 4.500c-3-1-6-.7-8.200.8v12.200c2.200-1.300 5.200-1.600 8.200-.6z"/>
    <path d="M2 19.500h20v1.600H2z"/>
  </g>
</svg>`;

export const commonsIcon = new LabIcon({ name: 'nbcommons:commons', svgstr: SVG });
