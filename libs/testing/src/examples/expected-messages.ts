/** Text that a customer receives. */
export interface ExpectedText {
  readonly subject?: string;
  readonly text: string;
}

/** Expected messages for one documented event. */
export interface Expected {
  readonly flow: string;
  readonly subscription: string;
  readonly event: string;
  /**
   * Index of the fallback step that sends the message. Absent if the subscription's own destination sends the message.
   */
  readonly step?: number;
  readonly en: ExpectedText;
  readonly ar: ExpectedText;
}

/** All messages to customers in the examples, in both languages, if each event is sent separately. */
export const EXPECTED: readonly Expected[] = [
  {
    ...{ flow: 'welcome', subscription: 'welcome', event: 'customerAdded' },
    en: {
      text: 'Welcome to Acme Rewards, Asha! Show your number at the till and earn points with every purchase.',
    },
    ar: { text: 'أهلاً بك يا ليلى في مكافآت أكمي! اذكر رقمك عند الدفع لتكسب نقاطاً مع كل عملية شراء.' },
  },
  {
    ...{ flow: 'welcome', subscription: 'welcome', event: 'customerAdded', step: 1 },
    en: {
      subject: 'Welcome to Acme Rewards',
      text: 'Welcome to Acme Rewards, Asha! You earn points with every purchase.',
    },
    ar: {
      subject: 'أهلاً بك في مكافآت أكمي',
      text: 'أهلاً بك يا ليلى في مكافآت أكمي! تكسب نقاطاً مع كل عملية شراء.',
    },
  },
  {
    ...{ flow: 'points-earned', subscription: 'points-earned', event: 'pointsIssued' },
    en: { subject: 'Points earned', text: 'You earned 120 points. Your balance is 120.' },
    ar: { subject: 'نقاط جديدة', text: 'حصلت على 120 نقطة. رصيدك 120.' },
  },
  {
    ...{ flow: 'points-earned', subscription: 'points-earned', event: 'pointsIssued', step: 1 },
    en: { text: 'You earned 120 points. Your balance is 120.' },
    ar: { text: 'حصلت على 120 نقطة. رصيدك 120.' },
  },
  {
    ...{ flow: 'points-redeemed', subscription: 'points-redeemed', event: 'pointsRedeemed' },
    en: { text: 'You redeemed 40 points for AED 8.00. Not you? Call 800 123 456.' },
    ar: { text: 'استبدلت 40 نقطة بقيمة 8 دراهم. لم تقم بذلك؟ اتصل على 800123456.' },
  },
  {
    ...{ flow: 'points-transfer', subscription: 'transfer-sent', event: 'pointsTransferredInitiated' },
    en: { text: 'You sent 10 points. Your balance is 110. Not you? Call 800 123 456.' },
    ar: { text: 'أرسلت 10 نقاط. رصيدك 110. لم تقم بذلك؟ اتصل على 800123456.' },
  },
  {
    ...{ flow: 'points-transfer', subscription: 'transfer-received', event: 'pointsTransferredReceived' },
    en: { subject: 'A gift for you', text: 'Somebody sent you 10 points. Enjoy!' },
    ar: { subject: 'هدية لك', text: 'وصلتك 10 نقاط هديةً. استمتع بها!' },
  },
  {
    ...{ flow: 'points-transfer', subscription: 'transfer-received', event: 'pointsTransferredReceived', step: 1 },
    en: { text: 'Somebody sent you 10 points. Enjoy!' },
    ar: { text: 'وصلتك 10 نقاط هديةً. استمتع بها!' },
  },
  {
    ...{ flow: 'points-expiry', subscription: 'points-expiry', event: 'pointsExpiryReminder' },
    en: {
      subject: '300 points are about to expire',
      text: '300 points expire on 19 July 2025. Use them before they are gone.',
    },
    ar: {
      subject: 'نقاطك توشك على الانتهاء',
      text: 'تنتهي صلاحية 300 نقطة في 19 يوليو 2025. استخدمها قبل فوات الأوان.',
    },
  },
  {
    ...{ flow: 'points-expiry', subscription: 'points-expiry', event: 'pointsExpiryReminder', step: 1 },
    en: { text: '300 points expire on 19 July. Use them before they are gone.' },
    ar: { text: 'تنتهي صلاحية 300 نقطة في 19 يوليو. استخدمها قبل فوات الأوان.' },
  },
  {
    ...{ flow: 'tier-change', subscription: 'tier-upgraded', event: 'tierUpgraded' },
    en: {
      subject: 'You are Silver now',
      text: 'Congratulations! New benefits are waiting for you until 18 June 2026.',
    },
    ar: { subject: 'أنت الآن في فئة Silver', text: 'تهانينا! مزايا جديدة بانتظارك حتى 18 يونيو 2026.' },
  },
  {
    ...{ flow: 'tier-change', subscription: 'tier-upgraded', event: 'tierUpgraded', step: 1 },
    en: { text: 'Congratulations! You are Silver now.' },
    ar: { text: 'تهانينا! أنت الآن في فئة Silver.' },
  },
  {
    ...{ flow: 'tier-change', subscription: 'tier-downgraded', event: 'tierDowngraded' },
    en: { subject: 'Your tier has changed', text: 'You are Classic now. Your points are still yours.' },
    ar: { subject: 'تغيّرت فئتك', text: 'أنت الآن في فئة Classic. نقاطك ما زالت لك.' },
  },
  {
    ...{ flow: 'coupon-issued', subscription: 'coupon-issued', event: 'CouponIssue' },
    en: { text: 'Your coupon, valid until 1 January 2026:\nSPRING-7Q2X' },
    ar: { text: 'قسيمتك صالحة حتى 1 يناير 2026:\nSPRING-7Q2X' },
  },
  {
    ...{ flow: 'coupon-issued', subscription: 'coupon-issued', event: 'CouponIssue', step: 1 },
    en: { subject: 'A coupon for you', text: 'Your coupon, valid until 1 January 2026:\nSPRING-7Q2X' },
    ar: { subject: 'قسيمة لك', text: 'قسيمتك صالحة حتى 1 يناير 2026:\nSPRING-7Q2X' },
  },
  {
    ...{ flow: 'undelivered', subscription: 'undelivered', event: 'communicationMessageUndelivered' },
    en: {
      text: 'We could not reach you by e-mail. Your news is in the Acme app; please check your address there.',
    },
    ar: { text: 'لم نتمكن من مراسلتك بالبريد الإلكتروني. ستجد رسالتك في تطبيق أكمي، ونرجو مراجعة عنوانك هناك.' },
  },
];
