import { Button, createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** Accent: shade 6 has a contrast of 5.2 on white, shade 4 has 6.7 on the dark surface. */
const teal: MantineColorsTuple = [
  '#e6f4f3',
  '#cfe9e7',
  '#a3d5d2',
  '#74bfbb',
  '#4dada9',
  '#24918c',
  '#0b7a75',
  '#09655f',
  '#07504c',
  '#043b38',
];

/** Surfaces and lines of Mantine's components in the dark scheme: the greys of the page, from text to background. */
const dark: MantineColorsTuple = [
  '#e6e9eb',
  '#c5cbd0',
  '#9aa4ac',
  '#7a838b',
  '#3f484f',
  '#2c3338',
  '#1f262b',
  '#1a1f23',
  '#14181b',
  '#0e1113',
];

/** Sizes, fonts and colours of all components. */
export const theme = createTheme({
  fontFamily: '"Inter Variable", "Noto Sans Arabic Variable", system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.33', sm: '1.54', md: '1.43', lg: '1.5', xl: '1.4' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '28px' },
      h2: { fontSize: '16px', lineHeight: '24px' },
      h3: { fontSize: '14px', lineHeight: '20px' },
    },
  },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'sm',
  colors: { teal, dark },
  primaryColor: 'teal',
  primaryShade: { light: 6, dark: 4 },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    Button: Button.extend({
      defaultProps: { size: 'xs' },
      vars: (_theme, { variant = 'filled', color }) =>
        variant === 'filled' && color === undefined
          ? { root: { '--button-color': 'var(--pb-on-accent)' } }
          : { root: {} },
    }),
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Anchor: { defaultProps: { underline: 'always' } },
    Badge: { defaultProps: { radius: 'sm', tt: 'none', fw: 500 } },
    Modal: { defaultProps: { centered: true, radius: 'md' } },
    Paper: { defaultProps: { radius: 'md', withBorder: true, shadow: 'none' } },
    Select: { defaultProps: { size: 'xs', checkIconPosition: 'right' } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    Table: { defaultProps: { verticalSpacing: 4, horizontalSpacing: 'sm' } },
    // Mantine's default is larger than the text of the page, so a row with links and text would have two sizes.
    Text: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
  },
});

const LIGHT = {
  '--mantine-color-text': '#1a1f23',
  '--mantine-color-dimmed': '#5a636b',
  '--mantine-color-placeholder': '#5a636b',
  '--mantine-color-body': '#ffffff',
  '--mantine-color-anchor': '#0b7a75',
  '--mantine-color-error': '#b42318',
  // WCAG requires a contrast of 3 for the border of a control. This one has 3.9; Mantine's own has 2.3.
  '--mantine-color-default-border': '#7a838b',
  '--pb-surface': '#ffffff',
  '--pb-subtle': '#f7f8f8',
  '--pb-line': '#e2e5e7',
  '--pb-on-accent': '#ffffff',
  '--pb-ok': '#1a7f37',
  '--pb-bad': '#b42318',
  '--pb-waiting': '#175cd3',
  '--pb-attention': '#8a5a00',
};

const DARK = {
  '--mantine-color-text': '#e6e9eb',
  '--mantine-color-dimmed': '#9aa4ac',
  '--mantine-color-placeholder': '#9aa4ac',
  '--mantine-color-body': '#14181b',
  '--mantine-color-anchor': '#4dada9',
  '--mantine-color-error': '#ff8577',
  '--mantine-color-default': '#14181b',
  '--mantine-color-default-hover': '#1f262b',
  '--mantine-color-default-color': '#e6e9eb',
  '--mantine-color-default-border': '#7a838b',
  '--pb-surface': '#1a1f23',
  '--pb-subtle': '#1a1f23',
  '--pb-line': '#2c3338',
  '--pb-on-accent': '#14181b',
  '--pb-ok': '#57c478',
  '--pb-bad': '#ff8577',
  '--pb-waiting': '#7fb2ff',
  '--pb-attention': '#e0b04c',
};

/** Colours of both schemes. Use these variables in CSS; their contrasts are at least 4.5 for text and 3 for controls. */
export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: LIGHT, dark: DARK });
