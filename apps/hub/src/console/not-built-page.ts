/** Page at `/console` if the console was not built. It has no styles, because its policy allows none inline. */
export const NOT_BUILT_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Patchbay</title>
</head>
<body>
<h1>The console is not built</h1>
<p>Run <code>npm run build</code> in the folder of Patchbay, then restart the hub.</p>
<p>Everything else works: <a href="/status">status of the hub</a>, <a href="/docs">API reference</a>.</p>
</body>
</html>
`;
