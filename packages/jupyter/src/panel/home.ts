/** The panel's first page: how the open notebook stands, and what can be done about it. */
import type { OpenNotebook } from '../commons/notebook.js';
import { factsIn, maySave, standingWords, toneOf, type Standing } from '../commons/standing.js';
import { button, download, el, pageLink, type ButtonKind } from './dom.js';
import type { Desk, Flow } from './desk.js';
import type { Kind } from './kinds.js';

const KINDS: readonly Kind[] = ['share', 'save', 'suggest', 'copy'];

export class Home {
  constructor(
    private readonly desk: Desk,
    private readonly begin: (flow: Flow) => void
  ) {
    this.update();
  }

  readonly node = el('section', { class: 'nbcommons-home' });

  /** Show the page anew, and what was typed into forms and not sent. */
  enter(): void {
    this.path = null;
    this.update();
  }

  update(): void {
    const notebook = this.desk.current();
    if ((notebook?.path ?? null) !== this.path) {
      this.path = notebook?.path ?? null;
      this.begun = [];
      void this.recall();
    }
    const standing: Standing = notebook?.standing ?? { kind: 'none' };
    const shown = JSON.stringify([
      notebook?.path,
      notebook?.trouble,
      notebook?.hasStopped,
      standing,
      this.begun
    ]);
    // Typing makes many updates; what looks the same keeps its focus.
    if (shown === this.shown) {
      return;
    }
    this.shown = shown;
    const focused = document.activeElement?.getAttribute('data-nbcommons') ?? null;
    const hadFocus = this.node.contains(document.activeElement);
    this.node.replaceChildren(...this.parts(standing, notebook));
    if (hadFocus && focused !== null) {
      this.node.querySelector<HTMLElement>(`[data-nbcommons="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  private parts(standing: Standing, notebook: OpenNotebook | null): (Node | string)[] {
    const { words } = this.desk;
    const heading = el('h2', { class: 'nbcommons-heading' }, words.__('This notebook'));
    if (standing.kind === 'none' || notebook === null) {
      return [heading, el('p', { class: 'nbcommons-quiet' }, words.__('Open a notebook to share it, or find one below.'))];
    }
    const facts = factsIn(standing);
    return [
      heading,
      el('p', { class: 'nbcommons-file' }, notebook.fileName),
      el(
        'p',
        { class: `nbcommons-state nbcommons-mod-${toneOf(standing)}`, attributes: { role: 'status' } },
        el('span', { class: 'nbcommons-dot', attributes: { 'aria-hidden': 'true' } }),
        standingWords(standing, words)
      ),
      ...(facts === null ? [] : [el('p', { class: 'nbcommons-title' }, pageLink(facts.title, facts.url))]),
      ...this.notes(standing, notebook.trouble),
      notebook.hasStopped
        ? button(words.__('Download the notebook'), () => download(notebook.json(), notebook.fileName))
        : '',
      ...this.begun.map(flow => this.offer(flow)),
      el('div', { class: 'nbcommons-actions' }, ...this.actions(standing))
    ];
  }

  /** A form that was begun: to go on with, or to forget. */
  private offer(flow: Kind): HTMLElement {
    const { words, kept } = this.desk;
    return el(
      'div',
      { class: 'nbcommons-note' },
      el('p', {}, words.__('What you typed before is kept.')),
      el(
        'div',
        { class: 'nbcommons-actions' },
        button(words.__('Go on with it'), () => this.begin(flow)),
        button(words.__('Forget it'), () => {
          kept.forget(flow, this.path ?? '');
          this.begun = this.begun.filter(one => one !== flow);
          this.update();
        })
      )
    );
  }

  private async recall(): Promise<void> {
    const { kept } = this.desk;
    const { path } = this;
    if (path === null) {
      return;
    }
    const begun: Kind[] = [];
    for (const flow of KINDS) {
      if ((await kept.recall(flow, path)) !== null) {
        begun.push(flow);
      }
    }
    if (path === this.path && begun.length > 0) {
      this.begun = begun;
      this.update();
    }
  }

  private notes(standing: Standing, trouble: string | null): Node[] {
    const { words } = this.desk;
    const said: string[] = [];
    const facts = factsIn(standing);
    if (trouble !== null) {
      said.push(trouble);
    }
    if (facts?.deprecated) {
      said.push(words.__('Its keeper says not to rely on it any more: %1', facts.deprecated));
    }
    if (standing.kind === 'known') {
      if (standing.told === 'gone') {
        said.push(
          words.__('It was removed, or is no longer shared with you. Your file is here as it was; you can share it as a notebook of your own.')
        );
      } else if (standing.told === 'unknown' && trouble !== null) {
        said.push(words.__('Whether you may save it there is not known before the commons answers. It is asked again by itself.'));
      } else if (standing.newer !== null) {
        const base = standing.mark.revision ?? standing.mark.seen;
        said.push(
          words.__('Version %1 is there; yours began from version %2.', standing.newer, base) +
            (standing.isChanged ? ` ${words.__('You changed yours since.')}` : '')
        );
      }
    }
    return said.map(text => el('p', { class: 'nbcommons-note' }, text));
  }

  private actions(standing: Standing): Node[] {
    const { words } = this.desk;
    const made: HTMLElement[] = [];
    const flow = (label: string, name: Flow, kind: ButtonKind = 'quiet') =>
      made.push(named(name, button(label, () => this.begin(name), kind)));
    const command = (label: string, id: string, kind: ButtonKind = 'quiet') => {
      if (this.desk.can(id)) {
        made.push(named(id, button(label, () => void this.desk.run(id), kind)));
      }
    };
    if (standing.kind !== 'known' || standing.told === 'gone') {
      flow(words.__('Share…'), 'share', 'primary');
      if (this.desk.can('nbcommons:link')) {
        flow(words.__('Link to…'), 'link');
      }
      if (standing.kind === 'known') {
        command(words.__('Unlink'), 'nbcommons:unlink');
      }
      return made;
    }
    const isNewer = standing.newer !== null;
    if (isNewer) {
      command(words.__('See the newer version'), 'nbcommons:compare-newer', 'primary');
    }
    const isChanged = standing.isChanged !== false;
    const first = isChanged && !isNewer ? 'primary' : 'plain';
    if (maySave(standing)) {
      flow(words.__('Save to the commons…'), 'save', first);
    } else if (this.desk.can('nbcommons:suggest')) {
      flow(words.__('Suggest a change…'), 'suggest', first);
    }
    command(words.__('Compare with the commons'), 'nbcommons:compare', 'plain');
    flow(words.__('Make my own copy…'), 'copy');
    command(words.__('Check for a newer version'), 'nbcommons:check');
    command(words.__('Open its page'), 'nbcommons:open-page');
    command(words.__('Unlink'), 'nbcommons:unlink');
    return made;
  }

  private shown = '';
  private path: string | null = null;
  private begun: readonly Kind[] = [];
}

/** A name to find the button by again, after the page was made anew. */
function named(name: string, made: HTMLElement): HTMLElement {
  made.setAttribute('data-nbcommons', name);
  return made;
}
