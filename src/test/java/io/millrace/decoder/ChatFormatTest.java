package io.millrace.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.decoder.ChatFormat.Turn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatFormatTest {
  private static final List<Turn> TURNS = List.of(new Turn("system", "S"), new Turn("user", "U"));

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "<|im_start|> # <|im_start|>system/S<|im_end|>/<|im_start|>user/U<|im_end|>/<|im_start|>assistant/",
        "<|start_header_id|> # <|start_header_id|>system<|end_header_id|>//S<|eot_id|><|start_header_id|>"
            + "user<|end_header_id|>//U<|eot_id|><|start_header_id|>assistant<|end_header_id|>//",
        "<start_of_turn> # <start_of_turn>user/S<end_of_turn>/<start_of_turn>user/U<end_of_turn>/<start_of_turn>model/",
        "<|user|> <|end|> # <|system|>/S<|end|>/<|user|>/U<|end|>/<|assistant|>/",
        "<|user|> # <|system|>/S</s>/<|user|>/U</s>/<|assistant|>/",
        "[INST] # [INST] S [/INST][INST] U [/INST]",
      })
  void aConversationIsSpelledAsTheFamilyOfTheTemplateDoes(String template, String prompt) {
    ChatFormat format = ChatFormat.of(template).orElseThrow();

    assertThat(
            format.prompt(TURNS).replace("</s>", "<~s>").replace('\n', '/').replace("<~s>", "</s>"))
        .isEqualTo(prompt);
  }

  @Test
  void anUnknownTemplateIsNoFormat() throws Exception {
    assertThat(ChatFormat.of("{{ messages }}")).isEmpty();
    assertThat(ChatFormat.read(directory)).isEmpty();
  }

  @Test
  void theTemplateLiesInTheTokenizersConfigurationOrInAFileOfItsOwn() throws Exception {
    Files.writeString(
        directory.resolve("tokenizer_config.json"),
        "{\"chat_template\":[{\"name\":\"default\",\"template\":\"<start_of_turn>\"}]}");
    assertThat(ChatFormat.read(directory)).contains(ChatFormat.GEMMA);

    Files.writeString(directory.resolve("chat_template.jinja"), "<|im_start|>");
    assertThat(ChatFormat.read(directory)).contains(ChatFormat.CHATML);
  }
}
