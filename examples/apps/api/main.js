import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

import { api } from "./api.js";
import { NotesTable } from "./notes.js";
import { log, serve } from "./serve.js";

const { NOTES_TABLE, PORT = "3000" } = process.env;
if (!NOTES_TABLE) {
  log("error", "start: NOTES_TABLE is not set; give it the name of the table");
  process.exit(1);
}

// Region, credentials and endpoint come from where all of AWS's tools take them: the environment, or the instance profile.
const client = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true },
});
try {
  await client.config.region();
} catch (error) {
  log("error", `start: ${error.message}; set AWS_REGION`);
  process.exit(1);
}
serve(api(new NotesTable(DynamoDBDocumentClient.from(client), NOTES_TABLE)), Number(PORT));
