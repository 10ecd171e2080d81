/** What can be set in the IPython view. */
import { text } from '../../core/base/params.ts';

export const params = {
  python: text({
    default: '',
    label: 'Python',
    doc: 'The Python that runs the kernel, or the folder of its environment; empty: the active environment, else the first on the PATH. Restart the kernel to use another one.',
    keep: 'user',
    drawOnly: true,
  }),
};
