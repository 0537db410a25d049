import type { AnyDestinationDefinition, DestinationContext, HttpClient, HttpRequest } from '@patchbay/plugin-sdk';

/** Observed behaviour of a plugin. */
export class PluginWatch {
  /** Errors that `verify` threw, oldest first, before the host converted and redacted them. */
  readonly verifyErrors: unknown[] = [];
  /** Errors that `deliver` threw, oldest first, before the host converted and redacted them. */
  readonly deliverErrors: unknown[] = [];
  /** Requests that the plugin sent through `context.http`. */
  readonly requests: HttpRequest[] = [];

  /** Returns the definition with `verify`, `deliver` and `deliverBatch` observed. */
  observe(definition: AnyDestinationDefinition): AnyDestinationDefinition {
    const deliverBatch = definition.deliverBatch?.bind(definition);
    return {
      ...definition,
      verify: (context) => recorded(this.verifyErrors, () => definition.verify(this.withHttp(context))),
      deliver: (context, message) =>
        recorded(this.deliverErrors, () => definition.deliver(this.withHttp(context), message)),
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
