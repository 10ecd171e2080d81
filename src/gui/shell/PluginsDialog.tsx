/** Asks whether plugins that came with the data may run: they can do whatever the person can. */
import { useMirror } from '../client/hooks.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { useDesk } from './desk.ts';
import css from './Dialogs.module.css';

export function PluginsDialog({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const asking = useMirror((mirror) => mirror.plugins?.asking ?? null);
  if (asking === null) return null;
  const allow = async (): Promise<void> => {
    const result = await desk.client.allowPlugins();
    onClose();
    if (!result.ok) return;
    // With changes that are not saved, the person opens it again in their own time.
    if (desk.client.mirror.getState().snapshot?.dirty === true) {
      return desk.client.say('info', 'They run from the next time this dataset is opened.');
    }
    await desk.client.exit('save', { open: asking.open });
  };
  return (
    <Dialog
      title="Plugins beside the data"
      width={520}
      onClose={onClose}
      footer={
        <>
          <Button autoFocus onPress={onClose}>
            Do not run them
          </Button>
          <Button danger onPress={() => void allow()}>
            Allow and open again
          </Button>
        </>
      }
    >
      <p className={css.text}>
        This dataset brings {asking.names.length === 1 ? 'a plugin' : `${asking.names.length} plugins`} in{' '}
        {asking.folder}:
      </p>
      <ol className={css.actions}>
        {asking.names.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ol>
      <p className={css.note}>
        Plugins are programs: they can read and change your files. Allow them only if you know who wrote them. You are
        asked again when they change.
      </p>
    </Dialog>
  );
}
