// The questions are expressions, which stand in the learner's file as text: what is asked is what is
// computed.
#include <fstream>
#include <map>

#include <examples/exercises/checks/check.hpp>

namespace exercise_03 {

using namespace eingrad;

struct Question {
  std::string text;
  Tensor grad;
};

#define QUESTION(made, computed)                                \
  [&] {                                                         \
    const Tensor b = made.requires_grad_(), L = computed;       \
    L.backward();                                               \
    return Question{"b = " #made ", L = " #computed, b.grad()}; \
  }()

/// The answers of the file by their questions.
std::map<std::string, std::string> read_answers() {
  std::map<std::string, std::string> answers;
  std::ifstream file(EXERCISE_ANSWERS "/03_broadcasting.txt");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    if (line.rfind("b = ", 0) == 0 && colon != std::string::npos)
      answers[line.substr(0, colon)] = line.substr(colon + 1);
  }
  return answers;
}

std::string without_spaces(std::string text) {
  std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
  return text;
}

/// What is wrong with an answer; "" if nothing is.
std::string mistake_in(const Question& question, const std::string& answer) {
  const std::size_t of = answer.find("of");
  if (of == std::string::npos) return "the answer is a shape, \"of\", and a number: (4, 3) of 1";
  std::string shape = without_spaces(answer.substr(0, of));
  if (shape.size() > 2 && shape.ends_with(",)")) shape.erase(shape.size() - 2, 1);  // Python's (3,)
  std::string right_shape = without_spaces(to_string(question.grad.shape()));
  if (right_shape.size() > 2 && right_shape.ends_with(",)")) right_shape.erase(right_shape.size() - 2, 1);
  if (!shape.starts_with('(') || !shape.ends_with(')'))
    return "a shape is written (4, 1), that of a scalar (), and not " + shape;
  if (shape != right_shape)
    return "the shape " + shape + " is not right: a gradient has the shape of its tensor";
  const std::string number = without_spaces(answer.substr(of + 2));
  char* end = nullptr;
  const double value = std::strtod(number.c_str(), &end);
  if (number.empty() || *end != '\0') return "behind \"of\" stands a number, not " + number;
  if (std::abs(value - max(question.grad).item()) > 1e-9)
    return "the shape is right, the number " + number +
           " is not: in how many places does one element of b stand, and what does each hand back?";
  return "";
}

TEST_CASE("03 gradients of what was stretched are predicted") {
  set_default_dtype(float64);
  const Tensor X = ones({4, 3});
  const std::map<std::string, std::string> answers = read_answers();
  std::string mistakes;
  for (const Question& question :
       {QUESTION(ones({4, 3}), sum(X + b)), QUESTION(ones({3}), sum(X + b)),
        QUESTION(ones({4, 1}), sum(X * b)), QUESTION(ones({1}), mean(X + b)),
        QUESTION(ones({}), sum(X * b * b)), QUESTION(ones({2, 1, 3}), sum(X + b))}) {
    const auto answer = answers.find(question.text);
    const std::string mistake = answer == answers.end()
                                    ? "the line of this question is missing; put it back, with an answer"
                                    : mistake_in(question, answer->second);
    if (!mistake.empty()) mistakes += question.text + "\n  " + mistake + "\n";
  }
  if (!mistakes.empty()) FAIL(mistakes);
}

}  // namespace exercise_03
