import type {
  AnyDestinationDefinition,
  DestinationAction,
  DestinationContext,
  HttpClient,
  HttpRequest,
} from '@patchbay/plugin-sdk';

type Action = DestinationAction<object, object, object>;

/** Observed behaviour of a plugin. */
export class PluginWatch {
  /** Errors that `verify` threw, oldest first, before the host converted and redacted them. */
  readonly verifyErrors: unknown[] = [];
  /** Errors that `deliver` threw, oldest first, before the host converted and redacted them. */
  readonly deliverErrors: unknown[] = [];
  /** Requests that the plugin sent through `context.http`. */
  readonly requests: HttpRequest[] = [];

  /** Returns the definition with `verify`, and with `deliver` and `deliverBatch` of each action observed. */
  observe(definition: AnyDestinationDefinition): AnyDestinationDefinition {
    const verify: AnyDestinationDefinition['verify'] = (context) =>
      recorded(this.verifyErrors, () => definition.verify(this.withHttp(context)));
    if (!('actions' in definition)) return { ...definition, ...this.observeAction(definition), verify };
    const actions = Object.entries(definition.actions).map(
      ([name, action]) => [name, { ...action, ...this.observeAction(action) }] as const,
    );
    return { ...definition, actions: Object.fromEntries(actions), verify };
  }

  private observeAction(action: Action): Pick<Action, 'deliver' | 'deliverBatch'> {
    const deliverBatch = action.deliverBatch?.bind(action);
    return {
      deliver: (context, message) =>
        recorded(this.deliverErrors, () => action.deliver(this.withHttp(context), message)),
      ...(deliverBatch && {
        deliverBatch: (context, messages) =>
          recorded(this.deliverErrors, () => deliverBatch(this.withHttp(context), messages)),
      }),
    };
  }

  private withHttp<T extends DestinationContext<object, object>>(context: T): T {
    const { http } = context;
    const observed: HttpClient = {
      send: (request) => {
        this.requests.push(request);
        return http.send(request);
      },
      exchange: (request) => {
        this.requests.push(request);
        return http.exchange(request);
      },
      download: (request) => {
        this.requests.push({ method: 'GET', url: request.url });
        return http.download(request);
      },
    };
    return Object.assign(context, { http: observed });
  }
}

async function recorded<T>(errors: unknown[], run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    errors.push(error);
    throw error;
  }
}
