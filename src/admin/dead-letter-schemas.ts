// The routes of the dead letters, as Fastify checks them and /openapi.json describes them.
import type { FastifySchema } from 'fastify'
import Type from 'typebox'
import { nullable, pageOfAll, pageQuery, securedBy, time } from '../platform/http/schema-parts.ts'
import { poisonReasons } from '../poison-reasons.ts'
import { findLetterExamples, listLettersExamples, redriveLetterExamples } from './operation-examples.ts'
import { asksKafka, tags } from './schema-parts.ts'

const text = (description: string) => Type.String({ description })

const letter = {
  id: text('`<partition>-<offset>` on the dead-letter topic.'),
  at: time('When it was put aside.'),
  code: text('Why: a word that never changes its meaning.'),
  detail: text('The same in words, for people.'),
  topic: text('Where the record stood.'),
  partition: Type.Integer({ description: 'Of that topic.' }),
  offset: Type.Integer({ description: 'In that partition.' })
}
const mark = Type.Object({
  at: time('When.'),
  by: text('`key:<id of the API key>`, or who used the command line.'),
  reason: text('Why.'),
  to: text('`<topic>/<partition>` that the record was written to again.')
})
const byId = Type.Object({ id: text('`<partition>-<offset>` on the dead-letter topic.') })
/** Of an installation with many partitions, of each of which it names one offset. */
const MAX_CURSOR_LENGTH = 4_000

export const listLettersSchema = {
  operationId: 'listDeadLetters',
  summary: 'List records that could not be processed, the newest first',
  ...{ ...securedBy('viewer'), tags },
  querystring: Type.Object(
    {
      limit: pageQuery.limit,
      cursor: Type.Optional(
        Type.String({ maxLength: MAX_CURSOR_LENGTH, description: '`nextCursor` of the page before.' })
      ),
      topic: Type.Optional(Type.String({ maxLength: 249, description: 'Only those from this topic.' })),
      code: Type.Optional(
        Type.Enum([...poisonReasons], { description: 'Only those put aside for this reason.' })
      ),
      since: Type.Optional(time('Only those put aside then or later.')),
      until: Type.Optional(time('Only those put aside earlier.')),
      open: Type.Optional(
        Type.Enum(['true', 'false'], { description: '`true`: only those that were not redriven.' })
      )
    },
    { additionalProperties: false }
  ),
  answers: {
    200: {
      description: 'A page of dead letters.',
      schema: pageOfAll(
        Type.Object({
          ...letter,
          redrivenAt: nullable(Type.String({ format: 'date-time' }), 'The last time; null when it was not.'),
          redrivenBy: nullable(Type.String(), 'Who did it then.')
        }),
        'DeadLettersPage'
      )
    }
  },
  problems: [...asksKafka, 'too_many_dead_letters'],
  examples: listLettersExamples
} satisfies FastifySchema

export const findLetterSchema = {
  operationId: 'findDeadLetter',
  summary: 'Read a record that could not be processed',
  description: 'Nothing of a record is shown in which a card number seems to stand.',
  ...{ ...securedBy('viewer'), tags },
  params: byId,
  answers: {
    200: {
      description: 'The dead letter.',
      schema: Type.Object(
        {
          ...letter,
          redriven: Type.Array(mark, { description: 'Each time that it was redriven, the last one first.' }),
          refusal: nullable(Type.String(), 'Why it cannot be redriven; null when it can.'),
          key: nullable(Type.String(), 'Of the record.'),
          headers: Type.Unsafe<Record<string, string | string[]>>({
            type: 'object',
            additionalProperties: true,
            description: 'The record’s own.'
          }),
          type: nullable(Type.String(), 'Its full name; null when it cannot be decoded.'),
          value: Type.Unsafe<unknown>({
            description: 'Decoded; in base64 when it cannot be; null when the letter does not carry it.'
          })
        },
        { title: 'DeadLetter' }
      )
    }
  },
  problems: [...asksKafka, 'dead_letter_not_found'],
  examples: findLetterExamples
} satisfies FastifySchema

export const redriveLetterSchema = {
  operationId: 'redriveDeadLetter',
  summary: 'Write a record to the topic that it came from again',
  description:
    'In one transaction with the mark that says so. It may be repeated: nothing is redriven twice unless that is asked for.',
  ...{ ...securedBy('operator'), tags },
  params: byId,
  body: Type.Object(
    {
      reason: Type.String({ minLength: 1, maxLength: 500, description: 'Why. Kept with the letter.' }),
      again: Type.Optional(
        Type.Boolean({ description: 'Whether it may have been redriven before; false unless given.' })
      )
    },
    { additionalProperties: false, title: 'Redrive' }
  ),
  answers: {
    200: {
      description: 'It is on its topic again.',
      schema: Type.Object(
        { id: letter.id, to: text('`<topic>/<partition>/<offset>`.') },
        { title: 'Redriven' }
      )
    }
  },
  problems: [
    ...asksKafka,
    'dead_letter_not_found',
    'dead_letter_redriven',
    'dead_letter_unfit',
    'redrive_unconfirmed'
  ],
  examples: redriveLetterExamples
} satisfies FastifySchema
