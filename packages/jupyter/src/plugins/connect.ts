/** Connects a Jupyter that no Commons started: a code here, its person's word there. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, Notification, showDialog } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import type { Words } from '../commons/words.js';
import { EnvironmentClient, type Code } from '../environmentClient.js';
import { IConnection } from '../tokens.js';

export const CONNECT = 'nbcommons:connect';
export const DISCONNECT = 'nbcommons:disconnect';

const ASK_MS = 2_000;
const CHECK_MS = 10 * 60_000;

export const connect: JupyterFrontEndPlugin<void> = {
  id: '@nbcommons/jupyterlab:connect',
  description: 'Connects a Jupyter that no Commons started, by a code.',
  autoStart: true,
  requires: [IConnection],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    connection: IConnection,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('nbcommons');
    const client = new EnvironmentClient(connection.client);
    // Before the connection is known: the panel looks for this command then.
    app.commands.addCommand(CONNECT, {
      label: words.__('Connect to the Commons…'),
      execute: () => run(words, () => connectBy(client, words))
    });
    void connection.ready.then(({ site, isOwn }) => {
      const isOfAHub = site !== null && !isOwn;
      if (isOfAHub) {
        return;
      }
      palette?.addItem({ command: CONNECT, category: words.__('Commons') });
      if (!isOwn) {
        return;
      }
      app.commands.addCommand(DISCONNECT, {
        label: words.__('Disconnect from the Commons'),
        execute: () => run(words, () => disconnectFrom(client, words))
      });
      palette?.addItem({ command: DISCONNECT, category: words.__('Commons') });
      watch(app, client, words);
    });
  }
};

/** Says once when the Commons no longer takes this Jupyter's word. */
function watch(app: JupyterFrontEnd, client: EnvironmentClient, words: Words): void {
  const check = async () => {
    const found = await client.connection().catch(() => null);
    if (found?.state === 'ended') {
      clearInterval(timer);
      Notification.warning(words.__('This Jupyter is no longer connected to the Commons.'), {
        autoClose: false,
        actions: [
          {
            label: words.__('Connect again'),
            displayType: 'accent',
            callback: () => void app.commands.execute(CONNECT)
          }
        ]
      });
    }
  };
  const timer = setInterval(() => void check(), CHECK_MS);
  void app.restored.then(check);
}

async function run(words: Words, task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    await showDialog({
      title: words.__('That did not work'),
      body: error instanceof Error ? error.message : String(error),
      buttons: [Dialog.okButton()]
    });
  }
}

async function connectBy(client: EnvironmentClient, words: Words): Promise<void> {
  const known = await client.connection();
  const form = new ConnectForm(words, known.site, known.machine);
  const asked = await showDialog({
    title: words.__('Connect this Jupyter to the Commons'),
    body: form,
    focusNodeSelector: 'input',
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: words.__('Get a code') })]
  });
  if (!asked.button.accept) {
    return;
  }
  const code = await client.begin(form.site, form.machine);
  const answer = new Dialog({
    title: words.__('Type this code in the Commons'),
    body: new CodeView(words, code),
    buttons: [Dialog.cancelButton({ label: words.__('Stop waiting') })]
  });
  let isOver = false;
  const waiting = waitForWord(client, () => isOver).then(state => {
    answer.resolve(0);
    return state;
  });
  await answer.launch();
  isOver = true;
  await tellOutcome(await waiting, words);
}

async function waitForWord(
  client: EnvironmentClient,
  isOver: () => boolean
): Promise<string | null> {
  while (!isOver()) {
    await new Promise(resolve => setTimeout(resolve, ASK_MS));
    const found = await client.connection().catch(() => null);
    if (found !== null && found.state !== 'waiting') {
      return found.state;
    }
  }
  return null;
}

async function tellOutcome(state: string | null, words: Words): Promise<void> {
  if (state === null) {
    return;
  }
  if (state === 'connected') {
    const done = await showDialog({
      title: words.__('Connected'),
      body: words.__('Reload JupyterLab to share, save and find notebooks of the Commons in it.'),
      buttons: [
        Dialog.cancelButton({ label: words.__('Later') }),
        Dialog.okButton({ label: words.__('Reload') })
      ]
    });
    if (done.button.accept) {
      window.location.reload();
    }
    return;
  }
  const why =
    state === 'refused'
      ? words.__('It was refused in the Commons.')
      : words.__('Nobody typed the code in time. Ask for a new one.');
  await showDialog({
    title: words.__('Not connected'),
    body: why,
    buttons: [Dialog.okButton()]
  });
}

async function disconnectFrom(client: EnvironmentClient, words: Words): Promise<void> {
  const asked = await showDialog({
    title: words.__('Disconnect from the Commons?'),
    body: words.__('This Jupyter can then no longer act in your name. Your files stay.'),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: words.__('Disconnect') })]
  });
  if (asked.button.accept) {
    await client.disconnect();
    window.location.reload();
  }
}

class ConnectForm extends Widget {
  constructor(words: Words, site: string, machine: string) {
    super();
    this.addClass('nbcommons-connect');
    this.siteInput = this.input(words.__('Address of the Commons'), site, 'url');
    this.siteInput.placeholder = 'https://commons.example.org';
    this.machineInput = this.input(words.__('How to call this machine'), machine, 'text');
    this.machineInput.maxLength = 100;
  }

  get site(): string {
    return this.siteInput.value;
  }

  get machine(): string {
    return this.machineInput.value;
  }

  private input(text: string, value: string, type: string): HTMLInputElement {
    const label = document.createElement('label');
    label.textContent = text;
    const input = document.createElement('input');
    input.className = 'jp-mod-styled';
    input.type = type;
    input.value = value;
    label.append(input);
    this.node.append(label);
    return input;
  }

  private readonly siteInput: HTMLInputElement;
  private readonly machineInput: HTMLInputElement;
}

class CodeView extends Widget {
  constructor(words: Words, code: Code) {
    super();
    this.addClass('nbcommons-connect');
    const shown = document.createElement('p');
    shown.className = 'nbcommons-code';
    shown.textContent = code.userCode;
    const place = document.createElement('a');
    place.href = code.address;
    place.target = '_blank';
    place.rel = 'noopener';
    place.textContent = code.address;
    const waiting = document.createElement('p');
    waiting.textContent = words.__('Waiting for your word there…');
    this.node.append(shown, place, waiting);
  }
}
