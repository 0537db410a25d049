import { startReceiver, type Receiver } from '../../e2e/support/receiver.js';
import { startConsole, type TestConsole } from './console.js';
import { operatorBrand, operatorEnv } from './operator-brand.js';

/** Console of a hub with the brand of {@link operatorBrand}, and the receivers of the brand's messages. */
export interface OperatorConsole extends TestConsole {
  readonly sms: Receiver;
  readonly crm: Receiver;
}

/** Starts the console and its receivers for a test file, which must close the console. */
export async function startOperatorConsole(): Promise<OperatorConsole> {
  const [sms, crm] = [await startReceiver(), await startReceiver()];
  const console = await startConsole({ brands: { acme: operatorBrand() }, env: operatorEnv(sms, crm) });
  return {
    ...console,
    sms,
    crm,
    close: async () => {
      await console.close();
      await sms.close();
      await crm.close();
    },
  };
}
