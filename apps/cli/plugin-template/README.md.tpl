# __type__

Say in a sentence what it sends, and through whom.

1. Say where a brand finds its API key at the vendor, and which permissions the key needs.
2. Put this into the brand's file, set the variable, and run `npx patchbay apply`, then `npx patchbay verify acme/__destination__`. Verifying reads the account and sends nothing.

```yaml
destinations:
  __destination__:
    type: __type__
    credentials: { apiKey: '${env:__ENV___API_KEY}' }__settingsLine__
subscriptions:
  points-to-__destination__:
    source: capillary
    events: [pointsIssued]
    destination: __destination__
```

Without a `mapping` the preset in `mappings/` is used.

| message | means |
| ------- | ----- |
__messageRows__
