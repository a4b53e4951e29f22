package io.vibee.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The description of the Bot API")
class BotApiSchemaTest {
    private BotApiSchema schema;

    @BeforeEach
    void find() {
        assumeThat(BotApiSchema.find()).as(BotApiSchema.MISSING).isPresent();
        schema = BotApiSchema.find().orElseThrow();
    }

    private static JsonNode json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }

    @Test
    @DisplayName("accepts a request that is right")
    void rightRequest() {
        String body = "{'chat_id':1,'text':'x','entities':[{'type':'bold','offset':0,'length':1}],"
                + "'reply_markup':{'inline_keyboard':[[{'text':'x','callback_data':'x'}]]}}";
        assertThat(schema.problemsOfRequest("sendMessage", json(body))).isEmpty();
        assertThat(schema.problemsOfRequest("sendMessage", json("{'chat_id':'@channel','text':'x'}")))
                .isEmpty();
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "sendMassage | {} | sendMassage: no such method",
                "sendMessage | {'chat_id':1,'text':'x','txt':'x'} | sendMessage.txt: no such field",
                "sendMessage | {'chat_id':1} | sendMessage.text: missing",
                "sendMessage | {'chat_id':1,'text':5} | sendMessage.text: 5 (expected: String)",
                "sendMessage | {'chat_id':1,'text':'x','protect_content':'true'} | sendMessage.protect_content: \"true\" (expected: Boolean)",
                "sendMessage | {'chat_id':1,'text':'x','entities':[{'type':'bold','offset':0}]} | sendMessage.entities[0].length: missing",
                "getUpdates | {'allowed_updates':'message'} | getUpdates.allowed_updates: \"message\" (expected: Array of String)",
                "readBusinessMessage | {'business_connection_id':'x','chat_id':'1','message_id':1} | readBusinessMessage.chat_id: \"1\" (expected: Integer)",
            })
    @DisplayName("names what is wrong with a request")
    void wrongRequest(String method, String params, String problem) {
        assertThat(schema.problemsOfRequest(method, json(params))).containsExactly(problem);
    }

    @Test
    @DisplayName("names what fits none of several types")
    void union() {
        assertThat(schema.problemsOfRequest("sendMessage", json("{'chat_id':true,'text':'x'}")))
                .singleElement()
                .asString()
                .startsWith("sendMessage.chat_id: fits none of [\"Integer\",\"String\"]");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'update_id':1,'message':{'message_id':1,'date':0,'chat':{'id':1}}} | update.message.chat.type: missing",
                "{'update_id':1,'mesage':{}} | update.mesage: no such field",
                "{'update_id':1} | update: 1 fields (expected: its id and one more)",
                "{'update_id':1,'business_connection':{'id':'x','user_chat_id':1,'date':0,'is_enabled':true}} | update.business_connection.user: missing",
            })
    @DisplayName("names what is wrong with an update")
    void wrongUpdate(String update, String problem) {
        assertThat(schema.problemsOfUpdate(json(update))).containsExactly(problem);
    }

    @Test
    @DisplayName("names what is wrong with a result")
    void wrongResult() {
        assertThat(schema.problemsOfResult("sendChatAction", json("true"))).isEmpty();
        assertThat(schema.problemsOfResult("sendChatAction", json("{}"))).hasSize(1);
        assertThat(schema.problemsOfResult("getMe", json("{'id':1,'is_bot':true,'first_name':'x'}")))
                .isEmpty();
        assertThat(schema.problemsOfResult("getMe", json("{'id':1,'is_bot':true}")))
                .containsExactly("result of getMe.first_name: missing");
    }
}
