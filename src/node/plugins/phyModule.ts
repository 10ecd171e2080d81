/** What `import { definePlugin } from 'phy'` imports, beside the data and in a window. */
export const PHY_MODULE = 'export const definePlugin = (plugin) => plugin;\n';
