/** What is shown of a draft: what was taken out, what may be a secret, what is there already. */
import type { Alike, Decision, Draft, Secret } from '../commons/calls.js';
import { removedLines } from '../commons/telling.js';
import type { Words } from '../commons/words.js';
import { button, el, newId, pageLink } from './dom.js';

/** What left the notebook before it left JupyterLab. */
export function removedPart(
  removed: Readonly<Record<string, number>>,
  draft: Draft,
  words: Words
): HTMLElement {
  const lines = removedLines(removed, words);
  return el(
    'details',
    { class: 'nbcommons-removed' },
    el(
      'summary',
      {},
      lines.length === 0
        ? words.__('There were no results to take out')
        : words.__('Results stay here: what was taken out')
    ),
    el(
      'ul',
      {},
      ...lines.map(({ label, count }) => el('li', {}, `${label}: ${count.toLocaleString()}`)),
      el('li', {}, words._n('Kept: the code and text of one cell', 'Kept: the code and text of %1 cells', draft.cells, draft.cells)),
      ...draft.repairs.map(sentence => el('li', {}, sentence))
    )
  );
}

/** One question for each thing that may be a secret; `decide` is told each answer. */
export function secretsPart(
  secrets: readonly Secret[],
  decisions: Readonly<Record<string, Decision>>,
  words: Words,
  decide: (key: string, decision: Decision) => void
): HTMLElement | null {
  const open = secrets.filter(({ is_decided }) => !is_decided);
  if (open.length === 0) {
    return null;
  }
  return el(
    'section',
    { class: 'nbcommons-secrets' },
    el('h3', {}, words._n('This may be a secret', '%1 things may be secret', open.length, open.length)),
    ...open.map(secret => secretQuestion(secret, decisions[secret.key], words, decide))
  );
}

function secretQuestion(
  secret: Secret,
  decision: Decision | undefined,
  words: Words,
  decide: (key: string, decision: Decision) => void
): HTMLElement {
  const name = newId();
  const where = secret.cell === null ? '' : words.__(' in cell %1', secret.cell + 1);
  const answer = (value: Decision, label: string) => {
    const radio = el('input', {
      attributes: { type: 'radio', name, value },
      on: { change: () => decide(secret.key, value) }
    });
    radio.checked = decision === value;
    return el('label', { class: 'nbcommons-choice' }, radio, label);
  };
  return el(
    'fieldset',
    { class: 'nbcommons-field', attributes: { 'data-secret': secret.key } },
    el('legend', {}, secret.words + where),
    el('code', { class: 'nbcommons-excerpt' }, secret.excerpt),
    answer('blank', words.__('Blank it out in what is shared')),
    secret.is_blocking
      ? el('p', { class: 'nbcommons-hint' }, words.__('This kind cannot be shared.'))
      : answer('fine', words.__('It is harmless, share it'))
  );
}

/** Notebooks that do the same; `takeOver` is offered for those that the person may edit. */
export function alikePart(
  alike: readonly Alike[],
  words: Words,
  takeOver: (one: Alike) => void
): HTMLElement | null {
  const close = alike.filter(one => one.is_nearly_the_same || one.has_same_title);
  if (close.length === 0) {
    return null;
  }
  return el(
    'section',
    { class: 'nbcommons-alike' },
    ...close.map(one =>
      el(
        'div',
        {},
        el(
          'p',
          {},
          pageLink(`“${one.title}”`, one.url),
          one.is_nearly_the_same
            ? words.__(' by %1 does this already.', one.keeper)
            : words.__(' by %1 has the same title.', one.keeper)
        ),
        one.may_edit
          ? button(words.__('Make this its next version'), () => takeOver(one))
          : null
      )
    )
  );
}
