import { Field } from '../field/field.decorator.js';
import { ONE_LINE } from './email-message.js';

/** Settings of the sender that all e-mail plugins have. A message may replace each of them; see `emailSender`. */
export class EmailSettings {
  @Field({
    label: 'From',
    help: 'An address that the vendor has verified for this account, or an address of a verified domain.',
    format: 'email',
    example: 'hello@acme.example',
  })
  from: string;

  @Field({ label: 'From name', optional: true, minLength: 1, maxLength: 200, pattern: ONE_LINE, example: 'Acme' })
  fromName?: string;

  @Field({ label: 'Reply to', optional: true, format: 'email' })
  replyTo?: string;
}
