/** What a person can do when the Commons did not take what they sent. */
import { PageConfig } from '@jupyterlab/coreutils';

import { button, pageLink } from './dom.js';
import type { Desk } from './desk.js';
import type { Kind } from './kinds.js';

export interface Ways {
  /** Publish it after the version that came in between. */
  readonly saveAnyway: () => void;
  readonly copy: () => void;
  readonly share: () => void;
  readonly download: () => void;
}

/** Buttons; trouble: the one word that says what went wrong. */
export function waysOut(trouble: string, kind: Kind, desk: Desk, ways: Ways): HTMLElement[] {
  const { words, run, can } = desk;
  const isNew = kind === 'copy' || kind === 'share';
  switch (trouble) {
    case 'changed':
      return [
        button(words.__('See the newer version'), () => void run('nbcommons:compare-newer')),
        button(words.__('Save mine as the next version'), ways.saveAnyway)
      ];
    case 'not_allowed':
      return isNew ? [] : [button(words.__('Make my own copy…'), ways.copy)];
    case 'not_there':
      return [button(words.__('Share it as a new notebook…'), ways.share)];
    case 'signed_out':
      return [pageLink(words.__('Sign in again'), PageConfig.getBaseUrl())];
    case 'ended':
      return [
        // Only a Jupyter that its person connected can be disconnected, and connected again.
        ...(can('nbcommons:disconnect')
          ? [button(words.__('Connect again…'), () => void run('nbcommons:connect'))]
          : []),
        button(words.__('Download the notebook'), ways.download)
      ];
    case 'stopped':
      return [button(words.__('Download the notebook'), ways.download)];
    default:
      return [];
  }
}
