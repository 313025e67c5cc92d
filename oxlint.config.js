import {mayExpose} from './scripts/house-rules.js'

const on = (plugin, rules) => Object.fromEntries(rules.trim().split(/\s+/).map(rule => [plugin ? `${plugin}/${rule}` : rule, 'error']))

const retired = ['colors', 'domain', 'freelist', 'punycode', 'querystring', 'smalloc', 'sys']

const unfinished = ['todo', 'fixme', 'xxx']

/** What oxlint has itself, in Rust. */
const native = {
  ...on('', `
    accessor-pairs arrow-body-style block-scoped-var constructor-super default-case-last eqeqeq for-direction func-name-matching
    getter-return guard-for-in max-depth new-cap no-alert no-array-constructor no-async-promise-executor no-caller no-case-declarations
    no-class-assign no-compare-neg-zero no-cond-assign no-const-assign no-constant-binary-expression no-constant-condition
    no-constructor-return no-control-regex no-debugger no-delete-var no-dupe-class-members no-dupe-else-if no-dupe-keys
    no-duplicate-case no-empty-character-class no-empty-pattern no-empty-static-block no-eq-null no-eval no-ex-assign no-extend-native
    no-extra-bind no-extra-boolean-cast no-extra-label no-fallthrough no-func-assign no-global-assign no-implicit-coercion
    no-implicit-globals no-implied-eval no-import-assign no-invalid-regexp no-irregular-whitespace no-iterator
    no-label-var no-labels no-lone-blocks no-lonely-if no-loss-of-precision no-misleading-character-class no-multi-assign no-multi-str
    no-new no-new-func no-new-native-nonconstructor no-new-wrappers no-nonoctal-decimal-escape no-obj-calls no-object-constructor
    no-promise-executor-return no-proto no-prototype-builtins no-regex-spaces no-script-url no-self-assign no-self-compare no-sequences
    no-setter-return no-shadow-restricted-names no-sparse-arrays no-template-curly-in-string no-this-before-super no-throw-literal
    no-unassigned-vars no-unexpected-multiline no-unmodified-loop-condition no-unneeded-ternary no-unreachable no-unreachable-loop
    no-unsafe-finally no-unused-expressions no-unused-labels no-unused-private-class-members no-useless-backreference no-useless-call
    no-useless-catch no-useless-computed-key no-useless-concat no-useless-constructor no-useless-escape no-useless-rename
    no-useless-return no-var no-void no-with operator-assignment prefer-exponentiation-operator prefer-numeric-literals
    prefer-object-has-own prefer-rest-params prefer-spread radix require-yield symbol-description unicode-bom
    use-isnan valid-typeof yoda
  `),
  'array-callback-return': ['error', {allowImplicit: true}],
  complexity: ['error', {max: 20, variant: 'modified'}],
  'grouped-accessor-pairs': ['error', 'getBeforeSet'],
  'max-lines': ['error', {max: 1500, skipComments: true}],
  'no-else-return': ['error', {allowElseIf: false}],
  'no-empty': ['error', {allowEmptyCatch: true}],
  'no-inner-declarations': ['error', 'functions', {blockScopedFunctions: 'allow'}],
  'no-restricted-globals': ['error', {checkGlobalObject: true, globals: ['atob', 'btoa', 'event']}],
  'no-restricted-imports': ['error', ...retired],
  'no-return-assign': ['error', 'always'],
  'no-unsafe-negation': ['error', {enforceForOrderingRelations: true}],
  'no-unsafe-optional-chaining': ['error', {disallowArithmeticOperators: true}],
  'no-unused-vars': ['error', {args: 'after-used', argsIgnorePattern: '^_', varsIgnorePattern: '^$'}],
  'no-warning-comments': ['error', {location: 'start', terms: unfinished}],
  'object-shorthand': ['error', 'always', {avoidExplicitReturnArrows: true}],
  'one-var': ['error', 'never'],
  'prefer-const': ['error', {destructuring: 'all'}],
  'prefer-promise-reject-errors': ['error', {allowEmptyReject: true}],
  'prefer-regex-literals': ['error', {disallowRedundantWrapping: true}],
  ...on('import', 'export no-duplicates'),
  ...on('node', 'no-exports-assign'),
  ...on('typescript', `
    ban-ts-comment no-duplicate-enum-values no-empty-object-type no-explicit-any no-extra-non-null-assertion no-misused-new no-namespace
    no-non-null-asserted-optional-chain no-non-null-assertion no-require-imports no-this-alias no-unnecessary-type-constraint
    no-unsafe-declaration-merging no-unsafe-function-type no-wrapper-object-types prefer-as-const prefer-namespace-keyword
    triple-slash-reference
  `),
  ...on('unicorn', `
    catch-error-name consistent-empty-array-spread consistent-existence-index-check empty-brace-spaces error-message escape-case
    explicit-length-check filename-case no-abusive-eslint-disable no-anonymous-default-export no-array-for-each
    no-array-method-this-argument no-await-in-promise-methods no-console-spaces no-document-cookie no-empty-file no-hex-escape
    no-instanceof-array no-invalid-fetch-options no-invalid-remove-event-listener no-length-as-slice-end no-lonely-if
    no-magic-array-flat-depth no-negation-in-equality-check no-new-array no-new-buffer no-object-as-default-parameter
    no-single-promise-in-promise-methods no-static-only-class no-thenable no-this-assignment no-typeof-undefined no-unnecessary-await
    no-unreadable-array-destructuring no-unreadable-iife no-useless-fallback-in-spread no-useless-length-check
    no-useless-promise-resolve-reject no-useless-spread no-useless-switch-case no-zero-fractions number-literal-case
    numeric-separators-style prefer-add-event-listener prefer-array-find prefer-array-flat-map prefer-array-index-of
    prefer-array-some prefer-at prefer-blob-reading-methods prefer-code-point prefer-date-now prefer-default-parameters
    prefer-dom-node-append prefer-dom-node-dataset prefer-dom-node-remove prefer-dom-node-text-content prefer-export-from
    prefer-keyboard-event-key prefer-logical-operator-over-ternary prefer-math-trunc prefer-modern-dom-apis prefer-modern-math-apis prefer-module prefer-native-coercion-functions
    prefer-negative-index prefer-node-protocol prefer-number-properties prefer-object-from-entries prefer-optional-catch-binding
    prefer-prototype-methods prefer-query-selector prefer-reflect-apply prefer-set-has prefer-set-size
    prefer-single-call prefer-string-raw prefer-string-replace-all prefer-string-slice prefer-string-starts-ends-with
    prefer-string-trim-start-end prefer-structured-clone prefer-top-level-await relative-url-style
    require-array-join-separator require-number-to-fixed-digits-argument text-encoding-identifier-case throw-new-error
  `),
  'unicorn/import-style': ['error', {styles: {'node:path': {named: true}}}],
}

/** What it has not, from plugins of ESLint, and what this project adds. */
const plugged = {
  ...on('eslint-js', 'no-buffer-constructor no-dupe-args no-octal no-octal-escape no-return-await no-undef-init'),
  ...on('house', 'import-direction'),
  ...on('n', 'no-deprecated-api no-unpublished-bin no-unsupported-features/es-builtins process-exit-as-throw'),
  'n/no-unsupported-features/node-builtins': ['error', {
    ignores: ['fetch', 'FormData', 'Headers', 'readline/promises', 'Request', 'Response'],
  }],
  'perfectionist/sort-imports': ['error', {order: 'asc', type: 'natural'}],
  'perfectionist/sort-named-imports': ['error', {order: 'asc', type: 'natural'}],
  ...on('unicorn-js', 'expiring-todo-comments no-for-loop prefer-switch template-indent'),
  // Native, too, but there they find less.
  ...on('eslint-js', 'prefer-object-spread'),
  ...on('unicorn-js', `
    new-for-builtins prefer-array-flat prefer-global-this prefer-includes prefer-math-min-max prefer-regexp-test prefer-spread
    prefer-type-error
  `),
}

const layout = {
  ...on('@stylistic', `
    array-bracket-spacing arrow-spacing comma-spacing comma-style computed-property-spacing eol-last function-call-spacing key-spacing
    keyword-spacing linebreak-style max-statements-per-line new-parens no-extra-semi no-floating-decimal no-mixed-spaces-and-tabs
    no-trailing-spaces no-whitespace-before-property object-curly-spacing one-var-declaration-per-line rest-spread-spacing semi-spacing
    semi-style space-before-blocks space-in-parens space-infix-ops space-unary-ops switch-colon-spacing template-curly-spacing
    template-tag-spacing
  `),
  '@stylistic/array-bracket-newline': ['error', 'consistent'],
  '@stylistic/arrow-parens': ['error', 'as-needed'],
  '@stylistic/block-spacing': ['error', 'never'],
  '@stylistic/brace-style': ['error', '1tbs', {allowSingleLine: false}],
  '@stylistic/comma-dangle': ['error', 'always-multiline'],
  '@stylistic/dot-location': ['error', 'property'],
  '@stylistic/function-call-argument-newline': ['error', 'consistent'],
  '@stylistic/generator-star-spacing': ['error', 'both'],
  '@stylistic/indent': ['error', 2, {SwitchCase: 0}],
  '@stylistic/indent-binary-ops': ['error', 2],
  '@stylistic/jsx-quotes': ['error', 'prefer-single'],
  '@stylistic/max-len': ['error', {code: 200, ignoreComments: true, ignoreUrls: true, tabWidth: 4}],
  '@stylistic/multiline-ternary': ['error', 'always-multiline'],
  '@stylistic/no-multiple-empty-lines': ['error', {max: 1}],
  '@stylistic/operator-linebreak': ['error', 'before', {overrides: {'=': 'after'}}],
  '@stylistic/padded-blocks': ['error', 'never', {allowSingleLineBlocks: false}],
  '@stylistic/padding-line-between-statements': ['error', {blankLine: 'always', next: '*', prev: 'multiline-block-like'}],
  '@stylistic/quote-props': ['error', 'as-needed'],
  '@stylistic/quotes': ['error', 'single', {allowTemplateLiterals: 'never', avoidEscape: true}],
  '@stylistic/semi': ['error', 'never'],
  '@stylistic/space-before-function-paren': ['error', {anonymous: 'always', asyncArrow: 'always', named: 'never'}],
  '@stylistic/spaced-comment': ['error', 'always', {
    block: {balanced: true, exceptions: ['-', '+', '*'], markers: ['!', '*']},
    line: {exceptions: ['-', '+', '*'], markers: ['!', '/', '=>']},
  }],
  '@stylistic/wrap-iife': ['error', 'inside', {functionPrototypeMethods: true}],
  '@stylistic/yield-star-spacing': ['error', 'both'],
}

export default {
  categories: {correctness: 'off'},
  env: {builtin: true, es2024: true, node: true},
  ignorePatterns: ['coverage/', 'dist/', 'node_modules/', 'tmp/'],
  jsPlugins: [
    '@stylistic/eslint-plugin',
    'eslint-plugin-mocha',
    'eslint-plugin-n',
    'eslint-plugin-perfectionist',
    {name: 'eslint-js', specifier: 'oxlint-plugin-eslint'},
    {name: 'house', specifier: './scripts/house-rules.js'},
    {name: 'unicorn-js', specifier: 'eslint-plugin-unicorn'},
  ],
  options: {denyWarnings: true, reportUnusedDisableDirectives: 'error', typeAware: true, typeCheck: true},
  overrides: [
    {
      env: {mocha: true},
      files: ['**/*.test.ts'],
      rules: {
        ...on('mocha', `
          handle-done-callback no-empty-description no-exclusive-tests no-global-tests no-nested-tests no-pending-tests
          no-return-and-callback no-sibling-hooks no-skipped-tests
        `), // skip(this, reason) instead
        'no-unused-expressions': 'off', // chai's assertions are properties
      },
    },
    {
      files: ['test/**', 'bench/**', 'scripts/**'],
      rules: {'n/no-unsupported-features/node-builtins': 'off'},
    },
    {
      files: ['**/*.js', '**/*.mjs', '**/*.cjs'], // where typescript/ban-ts-comment does not look
      rules: {'no-warning-comments': ['error', {location: 'start', terms: [...unfinished, '@ts-ignore', '@ts-expect-error', '@ts-nocheck']}]},
    },
    {
      files: ['**/*.cjs'], // mocha requires its reporters
      rules: {
        ...on('n', 'no-extraneous-require no-missing-require no-unpublished-require'),
        'typescript/no-require-imports': 'off',
        'unicorn/prefer-module': 'off',
      },
    },
    {
      files: ['src/**'],
      rules: {
        'import/no-cycle': ['error', {ignoreExternal: true}],
        'no-console': 'error',
        'no-restricted-imports': ['error', {
          paths: [...retired, {importNames: ['exit'], message: 'throw a RotationError', name: 'node:process'}],
        }],
        'no-restricted-properties': ['error', {message: 'throw a RotationError', object: 'process', property: 'exit'}],
        'perfectionist/sort-imports': ['error', {newlinesBetween: 0, order: 'asc', type: 'natural'}],
        ...on('typescript', 'await-thenable no-floating-promises no-misused-promises switch-exhaustiveness-check'),
        'typescript/consistent-type-assertions': ['error', {assertionStyle: 'never'}],
      },
    },
    {
      excludeFiles: mayExpose,
      files: ['src/**'],
      rules: {
        'eslint-js/no-restricted-syntax': ['error', {
          message: 'a token leaves its Secret only in the places that mayExpose of scripts/house-rules.js lists',
          selector: [
            'MemberExpression[property.name="expose"]',
            'MemberExpression[property.value="expose"]',
            'ObjectPattern > Property[key.name="expose"]',
          ].join(', '),
        }],
      },
    },
  ],
  plugins: ['eslint', 'import', 'node', 'typescript', 'unicorn'],
  rules: {...native, ...plugged, ...layout},
}
