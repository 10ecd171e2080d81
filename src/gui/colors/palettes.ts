/**
 * The palettes of spec/views.md 21: fixed lists of 256 colours (`blank` 1, `cluster_group` 4).
 *
 * Colour data: colorcet (glasbey_bw_minc_20_minl_30, rainbow_bgyr_35_85_c73, linear_wyor_100_45_c55, diverging_linear_bjy_30_90_c45) by
 * Peter Kovesi and the colorcet contributors, CC-BY 4.0.
 */
import type { Rgb } from './convert.ts';

const DEFAULT_HEX = [
  '0892fcff020298ff00ffa530b600ff028800ff8fc879525f00fecfb0a5ff94ad849a6900376a62d3008cfef590c86f66',
  '9ee3ff00c946a977adb8bb02f4c0b1ff28fdf3ceff009f7dff620056652b963f1f91318fff3465a0e4928d9bb2829126',
  'ae093f78c7bbbc9258e58fff72b9ffc6a5c1ff9171d3c37dbdeedb6b8568926e56f9ff00bac2e0ad577dffce03ff4ab1',
  'c257035d8c90c244bd007540ba6ffe00d49400ff7649a251cc989100ebeedb7e01f8758ab99600c9424800d0fa765827',
  '85d401ecffd4a77b88dc72c9cbe3578bbf5ea1216b865b898abbd0ffbad7b7cfab97414e68ab00fee1b2ff3729807a3e',
  'd7e8ffa795c67ea59bd183a454823be6a9739cffffda558105b4aaffabf6d1afefda025eac1b1360b385d542fdadab59',
  'fb9da7b3723cf26a53aed2d59bffc4dbb333ec02c39900c5d0ff9ea65a4a3c6d0100857a9592678adcb36d7400aa5eca',
  '07f000814f3ed98152ffc863b8009f99acde914f008c45704f6e52ff8834c78fced5e29eb2826d9dfb7557de77fa0087',
  'a2cdff14cbd2118f55d254a500dfc3a3842f77975bbbab8070a3b0d6fbffe8023ad84722ff83edb73863b7ce7298626b',
  '8a749100a31700f5a1c091f28ae4d8a44e956e5e008cc68e95aa2bc773ddb43b01d79a37dfadb7009ba05a900097bca8',
  'ad8da8dad5ff557d7200bb69ffc48eb900d4e0d05b639a7bc0eebcc2befe80d3dee2857efaeb4ec06d83cbff50f072aa',
  'ed68ff9947ae6d6943e35761dd662d9ddb5de29dd0b97600c6002ddfbdda5ab6dfff5ada38c2a19e6a8cadaac8966330',
  'b656622c7f60b2e400eea59195fee2ff558ebe6fa1aa3c37d9cf00ab80cea08052e100e8c35c3eb53a858c7800dbbc96',
  '529e93b0bd8392b6b7a75424ffd5ef79ae6b5eb54c80fb9b48ffef9896489488a732d5006eea56b7d4eb705570f2db8b',
  'abd5c27fcdf28abb0065b7bbffb600c38286cbab5f65784859e3ffdf4ecdeaff79bd66b9c495a664c674d1957070cf4f',
  'ab6e669d61a500b800e399b4bd006cb3e9f0cebfe477a343856278578f5c9eb0c5e830a0257c2a826823c0bc4eddd3a5',
].join('');

const RAINBOW_HEX = [
  '0035f90038f6003af3003df0003fed0042ea0044e70047e40049e1004bdf004ddc004fd90051d60053d30055d00057cd',
  '0059ca005bc7005cc4005ec20060bf0062bc0063b90065b60067b30068b0006aae006cab006da8006fa50070a30071a0',
  '00739d00749b0075980076960777930e7891147a8e187b8c1c7c89207d87237e85267f822980802b817e2d827b2f8379',
  '31847633857434867235876f37886d38896a398a683a8b653b8c633b8d603c8e5e3d8f5b3d90583e91563e92533e9350',
  '3f944e3f954b3f96483f98453f99423f9a3f3f9b3c3f9c393f9d353f9e323f9f2f3fa02b3fa12840a22440a32141a41e',
  '42a51b44a61846a61548a7134aa8114da9104fa90f52aa0e55ab0d58ab0d5aac0d5dac0e60ad0e63ae0e65ae0e68af0f',
  '6aaf0f6db01070b11072b11075b21177b2117ab3117cb4127eb41281b51383b51386b61388b6148ab7148db7148fb815',
  '91b91594b91596ba1698ba169abb179dbb179fbc17a1bc18a3bd18a6bd18a8be19aabf19acbf1aafc01ab1c01ab3c11b',
  'b5c11bb7c21bbac21cbcc31cbec31cc0c41dc2c41dc4c51ec7c51ec9c61ecbc61fcdc71fcfc71fd1c820d3c820d6c921',
  'd8c921daca21dcca22decb22e0cb22e2cb23e5cc23e7cc23e9cd24ebcd24edcd24efcd25f1cd25f2cd25f4cd25f5cd25',
  'f7cc25f8cc24f9cb24faca24fbc923fbc823fcc722fcc522fdc421fdc321fdc120fdc020febf1ffebd1efebc1efebb1d',
  'feb91dffb81cffb61bffb51bffb41affb219ffb119ffb018ffae18ffad17ffab16ffaa16ffa815ffa714ffa614ffa413',
  'ffa312ffa112ffa011ff9e10ff9d10ff9c0fff9a0eff990dff970dff960cff940bff930aff910aff9009ff8e08ff8d07',
  'ff8b07ff8a06ff8805ff8605ff8504ff8303ff8203ff8002ff7f02ff7d01ff7b01ff7a00ff7800ff7600ff7500ff7300',
  'ff7100ff7000ff6e00ff6c00ff6a00ff6800ff6700ff6500ff6300ff6100ff5f00ff5d00ff5b00ff5900ff5700ff5500',
  'ff5300ff5100ff4f00ff4c00ff4a00ff4800ff4500ff4300ff4000ff3d00ff3b00ff3800ff3500ff3100ff2e00ff2a00',
].join('');

const LINEAR_HEX = [
  'fffffffefffcfefefafdfef7fdfdf5fcfdf2fbfceffbfcedfafbeafafbe8f9fbe5f8fae3f8fae0f7f9ddf6f9dbf6f8d8',
  'f5f8d6f4f7d3f4f7d0f3f7cef2f6cbf2f6c9f1f5c6f0f5c4f0f4c2f0f4c0eff3bfeff2bdeff2bceff1baeef0b9eef0b7',
  'eeefb6eeeeb4edeeb3ededb1edecafececaeecebaceceaabeceaa9ebe9a8ebe8a6ebe8a5eae7a3eae6a2eae6a0eae59f',
  'eae49de9e49ce9e39be9e299e9e198e9e197e9e096e9df94e9df93e8de92e8dd90e8dc8fe8dc8ee8db8ce8da8be8da8a',
  'e7d988e7d887e7d786e7d784e7d683e7d582e6d580e6d47fe6d37ee6d27de6d17ce6d17be6d079e6cf78e6ce77e6ce76',
  'e6cd75e6cc74e6cb72e6cb71e6ca70e6c96fe5c86ee5c86de5c76be5c66ae5c569e5c468e5c467e5c366e5c265e5c164',
  'e5c163e5c062e5bf61e5be60e5bd5fe5bd5ee5bc5ce4bb5be4ba5ae4b959e4b958e4b857e4b756e4b655e4b554e4b553',
  'e4b452e4b351e4b250e4b14fe4b04ee4b04de4af4ce4ae4ce4ad4be4ac4ae4ab49e4ab48e4aa47e4a946e4a845e3a745',
  'e3a644e3a643e3a542e3a441e3a340e3a23fe3a13ee3a13ee3a03de39f3ce39e3be39d3ae39c39e39b39e39b38e39a37',
  'e39937e39836e39735e39634e39534e39433e29332e29332e29231e29130e2902fe28f2fe28e2ee28d2de28c2de28b2c',
  'e28b2be28a2ae2892ae28829e28729e28628e28528e18427e18327e18226e18126e18025e17f25e17f24e17e24e17d23',
  'e17c23e17b22e17a22e17921e17821e07720e07620e0751fe0741fe0731ee0721ee0711ee0701de06f1de06e1de06d1d',
  'df6c1cdf6b1cdf6a1cdf691cdf681bdf671bdf661bdf651bdf641bde631ade621ade611ade601ade5f19de5d19de5c19',
  'de5b19dd5a19dd5919dd5819dd5719dd5619dd5519dd5319dc5219dc5119dc5019dc4f19dc4e19dc4c19db4b19db4a19',
  'db4919db4719db4619db4519da4319da4219da4119da3f19da3e19da3d19d93b1ad93a1ad9381ad9371ad9351ad8341b',
  'd8321bd8301bd82f1bd72d1bd72b1bd7291cd7271cd7251cd6231cd6211cd61f1cd61c1dd5191dd5161dd5131dd50f1d',
].join('');

const DIVERGING_HEX = [
  '1431c11832c11c33c11f33c02234c02535c02836bf2a36bf2d37bf2f38be3139be3339be353abd363bbd383bbc3a3cbc',
  '3b3dbc3d3ebb3f3ebb403fbb4240ba4341ba4441ba4642b94743b94844b94a44b84b45b84c46b74d46b74e47b74f48b6',
  '5149b65249b6534ab5544bb5554cb5564cb4574db4584eb4594fb35a4fb35b50b25c51b25d51b25e52b15e53b15f54b1',
  '6054b06155b06256af6357af6457af6458ae6559ae665aae675aad685bad685cad695dac6a5dac6b5eab6b5fab6c60ab',
  '6d60aa6e61aa6e62a96f63a97063a97064a87165a87266a87366a77367a77468a67569a67569a6766aa5766ba5776ca5',
  '786ca4786da4796ea37a6fa37a6fa37b70a27b71a27c72a17d72a17d73a17e74a07e75a07f759f7f769f80779f81789e',
  '81789e82799d827a9d837b9d837b9c847c9c847d9b857e9b857f9b867f9a86809a878199878299888298888398898498',
  '8985978a85978a86968b87968b88968c88958c89958d8a948d8b948e8c938e8c938f8d938f8e928f8f92908f91909091',
  '91919092919093928f94938e95938e96948d97958d98958c99968b9a968b9b978a9c988a9d98899e99889f9988a09a87',
  'a19b86a29b86a39c85a49d85a59d84a69e83a79e83a89f82a9a081aaa081aaa180aba27faca27fada37eaea37dafa47d',
  'b0a57cb1a57bb2a67bb3a77ab3a779b4a879b5a978b6a977b7aa77b8aa76b9ab75baac75baac74bbad73bcae73bdae72',
  'beaf71bfb070c0b070c0b16fc1b26ec2b26dc3b36dc4b46cc5b46bc6b56ac6b56ac7b669c8b768c9b767cab867cbb966',
  'cbb965ccba64cdbb63cebb63cfbc62cfbd61d0bd60d1be5fd2bf5ed3bf5ed4c05dd4c15cd5c15bd6c25ad7c359d8c358',
  'd8c457d9c556dac556dbc655dcc754dcc753ddc852dec951dfc950dfca4fe0cb4ee1cb4de2cc4ce3cd4be3cd49e4ce48',
  'e5cf47e6cf46e7d045e7d144e8d143e9d241ead340ead33febd43eecd53cedd63bedd639eed738efd837f0d835f1d933',
  'f1da32f2da30f3db2ef4dc2df4dc2bf5dd29f6de27f7de25f7df22f8e020f9e01dfae11afae217fbe313fce30ffde409',
].join('');

/** Entries 0 to 5 of the unmodified `categorical` list; `default` puts other colours there. */
const CATEGORICAL_START_HEX = 'd70000028800b600ff06acc698ff00ffa530';

/** `rrggbb` six characters at a time. */
function unpack(hex: string): readonly Rgb[] {
  const colors: Rgb[] = [];
  for (let i = 0; i < hex.length; i += 6) {
    const value = Number.parseInt(hex.slice(i, i + 6), 16);
    colors.push([(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255]);
  }
  return colors;
}

export type PaletteName = 'blank' | 'default' | 'cluster_group' | 'categorical' | 'rainbow' | 'linear' | 'diverging';

/** Every built-in palette, colours in 0..1. `cluster_group` is noise, mua, good, unsorted (white: spec/views.md 1.9). */
export const palettes: { readonly [P in PaletteName]: readonly Rgb[] } = {
  blank: [[0.75, 0.75, 0.75]],
  default: unpack(DEFAULT_HEX),
  cluster_group: [
    [0.4, 0.4, 0.4],
    [0.5, 0.5, 0.5],
    [0.5254, 0.8196, 0.42745],
    [1, 1, 1],
  ],
  categorical: unpack(CATEGORICAL_START_HEX + DEFAULT_HEX.slice(CATEGORICAL_START_HEX.length)),
  rainbow: unpack(RAINBOW_HEX),
  linear: unpack(LINEAR_HEX),
  diverging: unpack(DIVERGING_HEX),
};
