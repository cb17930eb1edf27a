package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people read when a value is not as its schema wants it. */
class SchemaCheckTest {
  private static final SchemaCheck CHECK =
      new SchemaCheck(
          new JsonObject(
              """
              {
                "type": "object",
                "required": ["name"],
                "additionalProperties": false,
                "properties": {
                  "name": {"type": "string", "minLength": 1, "maxLength": 3},
                  "size": {"type": ["integer", "null"], "minimum": 1, "maximum": 9},
                  "mode": {"enum": ["a", "b", "c"]},
                  "pause": {"$ref": "#/$defs/pause"},
                  "code": {"type": "string", "pattern": "^[a-z]+$"},
                  "a/b": {"const": true},
                  "list": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "string"}}
                },
                "$defs": {"pause": {"type": "string", "pattern": "^[0-9]+s$", "examples": ["10s", "5s"]}}
              }
              """));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1]                          | ``      | The value must be of type object.",
        "{}                           | /name   | This member is missing.",
        "{'name': 'x', 'nam': 1}      | /nam    | There is no such member here.",
        "{'name': 1}                  | /name   | The value must be of type string.",
        "{'name': ''}                 | /name   | The text must have at least 1 character.",
        "{'name': 'abcd'}             | /name   | The text may have at most 3 characters.",
        "{'name': 'x', 'size': 'y'}   | /size   | The value must be of type integer or null.",
        "{'name': 'x', 'size': 0}     | /size   | The number must be at least 1.",
        "{'name': 'x', 'size': 10}    | /size   | The number must be at most 9.",
        "{'name': 'x', 'mode': 'd'}   | /mode   | The value must be a, b or c.",
        "{'name': 'x', 'pause': '1m'} | /pause  | The text must be such as 10s or 5s.",
        "{'name': 'x', 'code': 'A'}   | /code   | The text must match ^[a-z]+$.",
        "{'name': 'x', 'a/b': false}  | /a~1b   | The value must be true.",
        "{'name': 'x', 'list': []}    | /list   | The list must have at least 1 item.",
        "{'name': 'x', 'list': ['a', 'b', 'c']} | /list | The list may have at most 2 items.",
        "{'name': 'x', 'list': [7]}   | /list/0 | The value must be of type string.",
      })
  void aFaultSaysWhereItIsAndWhatIsWanted(String value, String pointer, String detail) {
    assertThat(CHECK.fault(Json.decodeValue(value.replace('\'', '"'))))
        .contains(new SchemaCheck.Fault(pointer, detail));
  }

  @Test
  void whatIsAsTheSchemaWantsItHasNoFault() {
    assertThat(CHECK.fault(new JsonObject("{\"name\":\"x\",\"pause\":\"3s\"}"))).isEmpty();
  }
}
