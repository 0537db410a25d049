import type { Page, Route } from 'playwright-core';

interface RecordedAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Answers of the API by request. Pages that use the same answers show the same data, although the hub works on. */
export type RecordedAnswers = Map<string, RecordedAnswer>;

/** Lets a page get each answer of the API from the record, and adds answers that the record does not have yet. */
export async function useRecordedAnswers(page: Page, answers: RecordedAnswers): Promise<void> {
  await page.route('**/v1/**', async (route) => {
    const request = route.request();
    const { pathname, search } = new URL(request.url());
    const key = `${request.method()} ${pathname}${search} ${request.postData() ?? ''}`;
    const known = answers.get(key) ?? (await answerOf(route));
    answers.set(key, known);
    await route.fulfill(known);
  });
}

async function answerOf(route: Route): Promise<RecordedAnswer> {
  const answer = await route.fetch();
  return { status: answer.status(), headers: answer.headers(), body: await answer.body() };
}
