# __type__

Describe in one sentence what the plugin sends and which vendor it uses.

1. Describe where a brand finds its API key at the vendor, and which permissions the key needs.
2. Add this to the brand file, set the variable, and run `npx patchbay apply`. Then run `npx patchbay verify acme/__destination__`, which reads the account and sends nothing.

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

Without a `mapping`, the subscription uses the preset in `mappings/`.

| message | means |
| ------- | ----- |
__messageRows__
