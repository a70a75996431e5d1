/** The text of an answer, in pieces: one of many megabytes never stands in memory as a whole beside what it is made of. */
import { jmapLimits } from '../../../base/end-limits.ts';
import type { EngineAnswer } from './engine.ts';
import type { Json, JsonObject } from './method.ts';

/** What `JSON.stringify` gives, in pieces of some `jmapLimits.answerPieceCharacters` characters; no piece when there is nothing more. */
export function* printAnswer(answer: EngineAnswer, more: JsonObject): Generator<string> {
  const { methodResponses, createdIds } = answer;
  let text = '{"methodResponses":[';
  for (const piece of printed(methodResponses)) {
    text += piece;
    if (text.length < jmapLimits.answerPieceCharacters) continue;
    yield text;
    text = '';
  }
  const rest = JSON.stringify({ ...(createdIds === undefined ? {} : { createdIds }), ...more });
  yield `${text}],${rest.slice(1)}`;
}

/** What grows with what is asked is a list of objects, or a map of them: each object is printed for itself. */
function* printed(responses: EngineAnswer['methodResponses']): Generator<string> {
  for (const [index, [name, args, callId]] of responses.entries()) {
    yield `${index === 0 ? '' : ','}[${JSON.stringify(name)},`;
    yield* printMembers(Object.entries(args), printMember);
    yield `,${JSON.stringify(callId)}]`;
  }
}

function* printMembers(
  members: readonly (readonly [string, Json])[],
  print: (value: Json) => Iterable<string>,
): Generator<string> {
  yield '{';
  for (const [index, [name, value]] of members.entries()) {
    yield `${index === 0 ? '' : ','}${JSON.stringify(name)}:`;
    yield* print(value);
  }
  yield '}';
}

function* printMember(value: Json): Generator<string> {
  if (Array.isArray(value)) {
    yield '[';
    for (const [index, item] of value.entries()) yield `${index === 0 ? '' : ','}${JSON.stringify(item)}`;
    yield ']';
  } else if (typeof value === 'object' && value !== null) {
    yield* printMembers(Object.entries(value), (item) => [JSON.stringify(item)]);
  } else {
    yield JSON.stringify(value);
  }
}
