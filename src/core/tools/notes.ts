/** Quality and comments: labels that every lab gives, without their names to type each time. */
import { PhyError } from '../base/errors.ts';
import { NO_ADDITIONS, type AddedAction, type Additions } from '../engine/additions.ts';

const quality: AddedAction = {
  spec: {
    name: 'quality',
    aliases: ['q'],
    title: 'Quality',
    doc: 'Sets the label “quality” of the selected clusters, usually 1 to 5; without a value it is removed.',
    group: 'Edit',
    section: 3,
    keys: { mission: [] },
    usage: '[VALUE]',
    prompt: { text: 'Quality, such as 1 to 5; nothing to remove it', example: '4' },
    needs: 'selection',
    wholeText: true,
  },
  run: (args, tools) => setLabel('quality', args, tools),
};

const comment: AddedAction = {
  spec: {
    name: 'comment',
    aliases: ['co'],
    title: 'Comment',
    doc: 'Sets the label “comment” of the selected clusters; without words it is removed.',
    group: 'Edit',
    section: 3,
    keys: { mission: [] },
    usage: '[WORDS]',
    prompt: { text: 'Comment on the selected clusters; nothing to remove it', example: 'drifts after 600 s' },
    needs: 'selection',
    wholeText: true,
  },
  run: (args, tools) => setLabel('comment', args, tools),
};

async function setLabel(
  name: string,
  args: Parameters<AddedAction['run']>[0],
  tools: Parameters<AddedAction['run']>[1],
): Promise<string> {
  const given: unknown = Array.isArray(args) ? args.join(' ') : Object.values(args)[0];
  const text = typeof given === 'number' || typeof given === 'string' ? String(given).trim() : '';
  if (/[\t\r\n]/.test(text)) throw new PhyError('usage', `A ${name} is one line without tabs.`);
  const value = text === '' ? null : /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  const ids = tools.selected();
  if (ids.length === 0) throw new PhyError('refused', 'Select a cluster first.');
  return await tools.act('label', { name, value, ids });
}

export const notes: Additions = { ...NO_ADDITIONS, actions: [quality, comment] };
