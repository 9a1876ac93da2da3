import { DeleteCommand, GetCommand, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";

/** Notes in a DynamoDB table with the partition key id, a text. */
export class NotesTable {
  #client;
  #table;

  constructor(client, table) {
    this.#client = client;
    this.#table = table;
  }

  /** One page of notes, in no order, and the id after which the next one begins. */
  async list(limit, after) {
    const { Items, LastEvaluatedKey } = await this.#send(ScanCommand, {
      Limit: limit,
      ...(after && { ExclusiveStartKey: { id: after } }),
    });
    return { notes: Items, next: LastEvaluatedKey?.id ?? null };
  }

  async get(id) {
    return (await this.#send(GetCommand, { Key: { id } })).Item;
  }

  async put(note) {
    await this.#send(PutCommand, { Item: note, ConditionExpression: "attribute_not_exists(id)" });
  }

  /** Whether there was such a note. */
  async delete(id) {
    return Boolean((await this.#send(DeleteCommand, { Key: { id }, ReturnValues: "ALL_OLD" })).Attributes);
  }

  #send(Command, input) {
    return this.#client.send(new Command({ TableName: this.#table, ...input }));
  }
}
