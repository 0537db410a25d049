/** Commit subjects look like `feat(queue): wake a destination once, not per delivery`: type, scope and change. */
export default {
  extends: ['@commitlint/config-conventional'],
  rules: {
    'header-max-length': [2, 'always', 100],
    'body-max-line-length': [2, 'always', 120],
    // Names and acronyms in a subject keep their own spelling.
    'subject-case': [2, 'never', ['pascal-case', 'upper-case', 'start-case']],
  },
};
