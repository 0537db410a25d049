@rem The scripts of package.json begin with exec, so that a signal to npm reaches Node. On Windows it runs this file.
@%*
