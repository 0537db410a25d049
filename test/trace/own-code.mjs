/** Tells the compiled code of this project from packages, by URL. */
export const isOwn = (url) =>
  /\/(apps|libs)\/[^/]+\/dist\/|\/plugins\/dist\//.test(url) && !url.includes('/node_modules/');
