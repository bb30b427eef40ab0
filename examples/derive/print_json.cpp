#include <derive/derived.hpp>
#include <derive/print.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace sheets {

using namespace eingrad::einstein;

namespace {

nlohmann::ordered_json steps_of(const Checked& each) {
  nlohmann::ordered_json steps = nlohmann::ordered_json::array();
  const std::vector<Line> lines = each.claim.lines();
  for (const CheckedStep& step : each.derivation.steps)
    steps.push_back({{"line", lines[step.line].line},
                     {"right", step.verdict.is_right()},
                     {"verdict", name_of(step.verdict.mistake)},
                     {"follows", step.follows},
                     {"message", step.verdict.message}});
  return steps;
}

nlohmann::ordered_json claims_of(const Judged& judged, bool explain) {
  const Sheet& sheet = judged.sheet;
  nlohmann::ordered_json claims = nlohmann::ordered_json::array();
  Derived derived(sheet);
  for (const Checked& each : judged.lines) {
    const bool is_long = each.derivation.steps.size() > 1;
    nlohmann::ordered_json one = {{"line", each.claim.line},
                                  {"claim", each.claim.text},
                                  {"right", each.is_right()},
                                  {"verdict", each.verdict()},
                                  {"message", !each.is_checked() ? each.unchecked
                                              : is_long          ? each.derivation.summary
                                                        : each.derivation.steps.front().verdict.message}};
    if (is_long) one["steps"] = steps_of(each);
    if (explain && can_be_derived(each)) {
      const auto earlier = derived.earlier_line(each.claim);
      if (earlier) one["derived_at_line"] = *earlier;
      for (const Step& step : earlier ? std::vector<Step>() : derivation_of(each.claim, sheet).steps)
        one["derivation"].push_back(
            {{"rule", rule_text(step.rule, sheet.problem.declarations, Format::text)},
             {"expression", print(step.result, sheet.problem.declarations, {.sums = Sums::shown})}});
    }
    claims.push_back(std::move(one));
  }
  return claims;
}

}  // namespace

void print_json(const std::vector<Judged>& sheets, bool is_one, bool explain) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Judged& each : sheets) {
    nlohmann::ordered_json one = {{"file", each.file}};
    if (each.unread.empty())
      one["claims"] = claims_of(each, explain);
    else
      one["error"] = each.unread;
    all.push_back(std::move(one));
  }
  const nlohmann::ordered_json json = is_one ? nlohmann::ordered_json({{"claims", all[0]["claims"]}})
                                             : nlohmann::ordered_json({{"sheets", all}});
  fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace sheets
