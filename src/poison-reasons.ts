/** Why a record can never be processed. Part of the dead-letter topic's contract. */
export const poisonReasons = [
  'value_missing',
  'value_too_large',
  'undecodable',
  'record_type_not_allowed',
  'key_mismatch',
  'payment_id_mismatch',
  'partition_mismatch',
  'card_number_in_id',
  'decision_failed'
] as const
export type PoisonReason = (typeof poisonReasons)[number]
