/** The documents that are made from the code: docs/shortcuts.md and docs/settings.md. */
import type { Param } from '../../src/core/base/params.ts';
import type { HelpGroup, HelpRow } from '../../src/gui/shell/helpRows.ts';
import type { ViewSpec } from '../../src/gui/view/instance.ts';
import type { MemberDoc } from '../../src/core/scripting/docs.ts';

export const HEAD = '<!-- Made from the code by `npm run docs`; a test fails when it is stale. -->';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(' ');

const inputOf = ({ keys, gesture }: HelpRow): string => gesture ?? code(keys);

/** `other`: the same row under the profile phy-2.1. */
function helpRow(row: HelpRow, other: HelpRow): string {
  const differs = inputOf(row) !== inputOf(other);
  const input = differs ? `${inputOf(row)} (profile phy-2.1: ${inputOf(other) || 'none'})` : inputOf(row);
  const snippet = row.snippet === null ? '' : `\`${row.snippet}\``;
  return `| ${row.name} | ${cell(input)} | ${cell(snippet)} | ${cell(row.doc)} |`;
}

/** docs/shortcuts.md, from the help of the default profile and of the other one. */
export function shortcutsDocument(mission: readonly HelpGroup[], other: readonly HelpGroup[]): string {
  const parts = mission.map(({ name, rows }, place) => {
    const lines = rows.map((row, at) => helpRow(row, other[place].rows[at]));
    return [`## ${name}`, '', '| action | keys or mouse | snippet | does |', '|---|---|---|---|', ...lines].join('\n');
  });
  return `${HEAD}\n# Shortcuts, snippets and gestures\n\n${INTRODUCTION}\n\n${parts.join('\n\n')}\n`;
}

/** docs/scripting.md: one table for each of the objects, in order. */
export function scriptingDocument(objects: Readonly<Record<string, Readonly<Record<string, MemberDoc>>>>): string {
  const parts = Object.entries(objects).map(([name, members]) => {
    const lines = Object.entries(members).map(([member, { signature, doc }]) => {
      const call = signature.startsWith('(') ? `${member}${signature}` : member;
      const what = signature.startsWith('(') ? doc : `${doc.replace(/(?<!\.)\.$/, '')} (${signature}).`;
      return `| ${cell(code([call]))} | ${cell(what)} |`;
    });
    return [`## ${name}`, '', '| name | is or does |', '|---|---|', ...lines].join('\n');
  });
  return `${HEAD}\n# m, c and s\n\n${SCRIPTING}\n\n${parts.join('\n\n')}\n`;
}

const SCRIPTING = `What code finds in the [JavaScript console](guide/consoles.md), in [plugins](guide/plugins.md) and in scripts of [\`phy run\`](commands.md). What is large is a promise: \`await m.spike_times\`. Methods of \`s\` that act, and \`s.actions\`, resolve with what the
action did (\`message\`, \`added\`, \`deleted\`, \`selection\`, ...) and reject with the sentence of a refusal; every action of [shortcuts](shortcuts.md) that is not the window's own is there by its name. Types, with shapes and units, are in the \`phy.d.ts\` that \`phy plugin new\` makes.
In the IPython view the same names are there, without \`await\` and as NumPy arrays.`;

const INTRODUCTION = `Keys act anywhere except in a text field; keys of a view act on the one of its kind that was clicked last. Every action can also be typed as a snippet: \`:\` and its name or short name.
F1 or H shows this list with the keys in force.

## Other keys

View > Edit shortcuts… changes keys by pressing other ones. They are kept in \`ts/keymap.json\` of the user folder (\`~/.phy\`, or what \`PHY_CONFIG_DIR\` names), which can be edited by hand as well:

\`\`\`json
{
  "profile": "mission",
  "bindings": {
    "Edit.merge": "ctrl+shift+m",
    "Edit.redo": ["ctrl+shift+z", "f4"],
    "WaveformView.widen": "w",
    "WaveformView.next_waveforms_type": "alt+w",
    "Select.clear_filter": null
  }
}
\`\`\`

* \`profile\` is \`mission\` (phy 2.0, the default) or \`phy-2.1\`. They differ only where a table below says so.
* A binding is named by the heading and the action of a table below (\`Edit.merge\`; views by their class: \`WaveformView.widen\`; actions of every view too: \`WaveformView.screenshot\`) and has one key, a list of keys, or \`null\` for none. It replaces all keys of the action; its menu entry and snippet stay.
* Modifiers are \`ctrl\`, \`alt\`, \`shift\` and \`meta\` (on macOS \`ctrl\` is Command and \`meta\` the physical Control). Other keys are the character they type, or \`space esc backspace delete enter insert home end pgup pgdown up down left right f1\` to \`f24\`.
* Two actions may swap their keys. A key that two actions want, an unknown action, or an entry that stands there twice keeps all bindings from being in force: a message, the help and the editor name the entries, and the default keys stay.
* A tab of a browser keeps Ctrl+N, Ctrl+T, Ctrl+W and Ctrl+Q for itself; there \`alt+shift+n\` and \`alt+shift+q\` stand for the first and the last. A window of its own (the default; \`--tab\` opens a tab) has all keys.`;

function shownDefault(spec: Param): string {
  if (spec.kind === 'number') {
    if (spec.default === null) return spec.nullMeans ?? 'none';
    const unit = spec.unit;
    return unit === undefined
      ? String(spec.default)
      : `${Number((spec.default * unit.perStored).toPrecision(12))} ${unit.name}`;
  }
  if (spec.default === null) return 'automatic';
  if (spec.kind === 'toggle') return spec.default ? 'on' : 'off';
  return spec.kind === 'choice' ? `${spec.default} (of ${spec.choices.join(', ')})` : `'${String(spec.default)}'`;
}
function kept(spec: Param): string {
  if (spec.keep === undefined) return 'not kept';
  return spec.keep === 'user' ? 'for all datasets' : 'for this dataset';
}

/** docs/settings.md */
export function settingsDocument(views: readonly ViewSpec[]): string {
  const withSettings = views.filter(({ params }) => Object.keys(params).length > 0);
  const parts = withSettings.map((view) => {
    const rows = Object.entries(view.params).map(
      ([name, spec]) =>
        `| ${cell(spec.label)} | ${spec.drawOnly === true ? '' : `\`${name}\``} | ${cell(shownDefault(spec))} | ${kept(spec)} | ${cell(spec.doc)} |`,
    );
    return `## ${view.name}\n\n| setting | \`phy query\` name | default | kept | does |\n|---|---|---|---|---|\n${rows.join('\n')}`;
  });
  return `${HEAD}\n# Settings of the views\n\nEach view opens its settings beside itself. Names in the second column are those of \`phy query --set\`.\n\n${parts.join('\n\n')}\n`;
}

const EXAMPLES = '<!-- examples -->';

/** docs/guide/plugins.md with the examples as they are now after its last words. */
export function pluginsDocument(
  document: string,
  examples: readonly { readonly name: string; readonly text: string }[],
): string {
  const words = document.slice(0, document.indexOf(EXAMPLES) + EXAMPLES.length);
  const parts = examples.map(({ name, text }) => `### ${name}\n\n\`\`\`js\n${text}\`\`\``);
  return `${words}\n\n${parts.join('\n\n')}\n`;
}
