/** Returns true if a URL is compiled code of this project, not of a package. */
export const isOwn = (url) =>
  /\/(apps|libs)\/[^/]+\/dist\/|\/plugins\/dist\//.test(url) && !url.includes('/node_modules/');
