"""Faults put into the code one at a time, each in a copy of the project: do the tests that are named for it fail?

Run     python tests/benchmarks/mutants.py [part of a name]

Each changes what is learned, drawn or kept, and hardly any shows in a run. One that survives asks for a test. All named
tests must pass without a fault, and a fault whose text or whose tests are no longer there is an error, so that the list
follows the code.
"""
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

ROOT = Path(__file__).parents[2]
JOBS = 2            # faults at a time, each with one thread
PATIENCE = 600      # seconds; tests that have not ended by then have not passed
REPORT, PAGE, STATISTICS, GUIDED = (f"tasks/report/{name}" for name in (
    "page.py", "page.html", "statistics.py", "guidance.py"))


class Fault(NamedTuple):
    """In `file` the one place that reads `text` reads `instead`; `tests` is a file tests/test_*.py and pytest's -k."""
    name: str
    file: str
    text: str
    instead: str
    tests: str


(GRPO, SFT, SYNTHESIZE, EVAL, EPISODE, ENDPOINT, TABLES, ANSWERS, BEHAVIOUR, SAMPLER, CACHE, TRAINING, MODEL, SCORING,
 FILES, RANKS, MEMORY, ATTENTION) = (
    "04_grpo.py", "03_sft.py", "02_synthesize.py", "05_eval.py", "tasks/episode.py", "tasks/endpoint.py",
    "tasks/report/tables.py", "tasks/report/answers.py", "tasks/report/behaviour.py",
    *(f"tasks/engine/{name}.py" for name in (
        "sampler", "cache", "training", "model", "scoring", "files", "ranks", "memory", "attention")))

STEERING, GUIDANCE, SYMBOLIC, SCRIPTED, SELECTION, DPO, PPO = (
    f"tasks/{name}.py" for name in ("steering", "guidance", "symbolic", "scripted", "selection", "dpo", "ppo"))

FAULTS = [Fault(*row) for row in (
    # guidance
    ("letters counted for loops", SYMBOLIC, "score = sum(counts.values())",
     'score = program.count("for") + sum(counts.values())', "steering measured_by_its_tree"),
    ("comprehensions are no loops", SYMBOLIC, "ast.While, ast.comprehension", "ast.While",
     "steering measured_by_its_tree"),
    ("from-imports not seen", SYMBOLIC, '[node.module or ""] if', "[] if", "steering measured_by_its_tree"),
    ("null bytes stop the checker", SYMBOLIC, "(SyntaxError, ValueError, RecursionError, MemoryError)", "KeyError",
     "steering measured_is_not_run"),
    ("programs parsed outside the sandbox", STEERING, "    source = Path(symbolic.__file__).read_text()",
     "    source = Path(symbolic.__file__).read_text(), [symbolic.ast.parse(program) for program in programs]",
     "steering any_kind_is_measured"),
    ("a program measured by running it", STEERING, "measure({program!r})", "measure({program})",
     "steering measured_is_not_run"),
    ("thoughts guide", STEERING, "(find_answer(text) or spoken(text) or", "(find_answer(text) or text or",
     "steering what_guidance_asks_for"),
    ("the worker sees reports", STEERING, 'each["response"].rstrip()}]', 'each["response"] + each.get("report", "")}]',
     "steering order_of_turns"),
    ("a stop does not stop", STEERING, "each.done = kind in STOPS", "each.done = False", "steering order_of_turns"),
    ("the last response reported on", STEERING, "if depth < max_rounds:", "if depth <= max_rounds:",
     "steering rounds_are_limited"),
    ("a failed program's output answers", STEERING, 'result.stdout.strip() if result.status == "ok" else ""}',
     "result.stdout.strip()}", "steering one_channel"),
    ("a marker beside a program answers", STEERING, '"answer": result.stdout',
     '"answer": each["answer"] or result.stdout', "steering one_channel"),
    ("hints trained on", STEERING, '"content": choice(self.question.question)}]',
     '"content": choice(self.question.question) + self.hint}]', "steering hint_is"),
    ("errors of a test not fed back", STEERING, "AGAIN.format(error=error)", 'AGAIN.format(error="")',
     "steering goes_back_with"),
    ("a test that failed is heard", STEERING, 'if result.status == "ok":', "if True:", "steering has_three_tries"),
    ("one try more for a test", STEERING, "in range(TEST_TRIES)", "in range(TEST_TRIES + 1)",
     "steering has_three_tries"),
    ("reports not cut", STEERING, "cut(each['code'], chars)", "each['code']", "steering reports_are_short"),
    ("branches share their rounds", STEERING, "replace(each, rounds=list(each.rounds), path", "replace(each, path",
     "steering branch_has_its_own"),
    ("siblings draw alike", STEERING, 'f"{each.seed}/{each.path}"', "each.seed", "steering tree_branches"),
    ("draws depend on their place", STEERING, "[seeds[place] for place in fitting], keys", "0, keys",
     "steering own_seed_alone"),
    ("a leaf without its length", GUIDANCE, "WORTH * leaves[0].reward - depth", "WORTH * leaves[0].reward",
     "steering worth_by_hand"),
    ("a node worth its best child", GUIDANCE, "return sum(values) / len(values)", "return max(values)",
     "steering worth_by_hand"),
    ("equal guidances compared", GUIDANCE, "scores[one] > scores[other]", "scores[one] >= scores[other]",
     "steering sooner_right"),
    ("the same words compared", GUIDANCE, "children[said] = children.get(said, [])",
     "children[said, below[0].path] = []", "steering same_words"),
    ("the same point twice", GUIDANCE, "setdefault((said, *told), [])", "setdefault((said, leaf.path[depth]), [])",
     "steering one_point"),
    ("a merged point counts once", GUIDANCE, "worth(below, depth + 1)] * drawn", "worth(below, depth + 1)]",
     "steering one_point"),
    ("giving up preferred", GUIDANCE, "if gives_up or not", "if not", "steering to_learn_from"),
    ("long guidance learned", SELECTION, "max(turns) > turn_tokens or", "", "steering to_learn_from"),
    ("giving up learned", GUIDANCE, 'not turn or read_guidance(turn)[0] == "terminate"', "not turn",
     "steering to_learn_from"),
    ("mending needs no error", SCRIPTED, 'wish == "mend" and guessed', "False", "steering mends_what"),
    ("paid guidance thrown away", SYNTHESIZE, 'and earlier.get("WORKER", "scripted") == "scripted"', "",
     "synthesize paid_worker"),
    ("the money of guidance not counted", SYNTHESIZE, 'if METHOD == "steer" and endpoint:', "if False:",
     "synthesize endpoints_guide"),
    ("held-out guidance learned from", SYNTHESIZE, "first = steering.choice if", "first = chat.prompt if",
     "synthesize guidance_that_would"),
    # the objective
    ("old not detached", GRPO, "logprobs.detach() if old", "logprobs if old", "grpo gradient_of_a_step"),
    ("ratio not clipped", GRPO, "torch.minimum(unclipped, clipped)", "unclipped", "grpo clipping_stops"),
    ("clips exchanged", GRPO, "clamp(1 - clip_low, 1 + clip_high)", "clamp(1 - clip_high, 1 + clip_low)",
     "grpo slow_ref"),
    ("KL dropped in learn_part", GRPO, "CLIP_HIGH, KL_COEF, IS_CAP", "CLIP_HIGH, 0.0, IS_CAP",
     "grpo gradient_of_a_step"),
    ("KL the other way round", GRPO, "(ref - logprobs).clamp", "(logprobs - ref).clamp", "grpo slow_ref"),
    ("IS cap 1 in learn_part", GRPO, "KL_COEF, IS_CAP)", "KL_COEF, 1.0)", "grpo gradient_of_a_step"),
    ("IS uncapped", GRPO, ".exp().clamp(max=is_cap)", ".exp()", "grpo slow_ref"),
    ("ref scored with the policy", GRPO, '"ref" if SFT', '"default" if SFT', "grpo gradient_of_a_step"),
    ("cold start: reference is trained", GRPO, "if SFT else None", 'if SFT else "default"', "grpo gradient_of_a_step"),
    ("temperature not in learn_part", GRPO, "(trainer.model, *batch, TEMPERATURE)", "(trainer.model, *batch)",
     "grpo gradient_of_a_step"),
    ("temperature not in score", GRPO, "(model, *batch, TEMPERATURE)", "(model, *batch)", "grpo gradient_of_a_step"),
    ("old policy of the last pass", GRPO, "if PASSES > 1 else None", "if False else None", "grpo several_passes"),
    ("state after the token scored", SCORING, "hidden[:, :-1][loss", "hidden[:, 1:][loss", "model chunked_scores"),
    # rows that share a prompt
    ("neighbours seen", ATTENTION, "k, v = (torch.cat(both, dim=2) for both",
     "k, v = shared = tuple(torch.cat(both, dim=2)[:, :, -mask.shape[-1]:] for both", "model as_if_each_were_alone"),
    ("the prompt not seen", SCORING, "seen.tril(len(prefix))",
     "seen.tril(len(prefix)) & (torch.arange(len(rows[row]), device=seen.device) >= len(prefix))",
     "model as_if_each_were_alone"),
    ("what follows seen", SCORING, "seen.tril(len(prefix))", "seen", "model as_if_each_were_alone"),
    ("positions do not go on", SCORING, "range(len(prefix), len(rows[row]))", "range(len(own))",
     "model as_if_each_were_alone"),
    ("first own token after the row before", SCORING, "[*shared, *range", "[*shared[:-1], len(ids) - 1, *range",
     "model as_if_each_were_alone"),
    ("prompts computed for each row", SCORING, "if len(trees) == len(rows):", "if True:",
     "model as_if_each_were_alone or prompt_once"),
    ("trees of several prompts", SCORING, "or row].append(row)", "and 0].append(row)", "model tree_by_hand"),
    ("rows without a prompt in one tree", SCORING, "index(1)]) or row]", "index(1)])]", "model tree_by_hand"),
    ("trees divided between batches", SCORING, "room = room - shared if shared + sum(own.values()) <= room else -1",
     "room = room - shared", "model trees_stay_whole"),
    ("prompts not counted in a batch", SCORING, "room = budget - shared", "room = budget", "model trees_stay_whole"),
    # advantages and weights
    ("advantages of other rows", GRPO, "advantages.flatten()[row]", "advantages.flatten()[row - 1]",
     "grpo weights_of_a_step"),
    ("only good answers learned from", GRPO, "if lesson.advantages.any()", "if lesson.advantages.sum() > 0",
     "grpo gradient_of_a_step"),
    ("denominator of useful groups only", GRPO, "chosen = counted.flatten()", "chosen = advantages.flatten()",
     "grpo weights_of_a_step"),
    ("ADV_NORM ignored", GRPO, 'if norm == "std":', "if True:", "grpo advantages_by_hand"),
    ("mean of those left out, too", GRPO, "(rewards * counted).sum", "rewards.sum", "grpo whom_it_leaves_out"),
    ("TRUNCATED ignored", GRPO, 'TRUNCATED == "zero" or not episode.truncated', "True",
     "grpo episode_that_is_left_out"),
    ("MASK_OUTPUT ignored", GRPO, "episode if MASK_OUTPUT else", "episode if True else", "grpo unmasked_output"),
    ("output weighted by logprob 0", EPISODE, 'float("nan") if new > old else value', "value", "grpo unmasked_output"),
    ("nan of the output kept", GRPO, "torch.where(sampled.isnan(), old, sampled)", "sampled", "grpo unmasked_output"),
    # PPO
    ("gae decays over tool output", GRPO, "lesson.reward, GAMMA, LAMBDA)",
     "lesson.reward, GAMMA, LAMBDA ** (len(lesson.episode.ids) / len(values)))", "grpo step_over_tool_output"),
    ("gae rewards every token", PPO, "reward if place == len(values) - 1 else 0.0", "reward", "grpo gae_by_hand"),
    ("GAMMA and LAMBDA exchanged", GRPO, "lesson.reward, GAMMA, LAMBDA", "lesson.reward, LAMBDA, GAMMA",
     "grpo step_over"),
    ("advantages not whitened", GRPO, "advantages = (raw - ", "advantages = raw + 0 * (", "grpo whitened"),
    ("value clip dropped", PPO, "held = old + (values - old).clamp(-clip, clip)", "held = values", "grpo value_loss"),
    ("value clip against the value of now", GRPO, "value_loss(value(*batch), torch.cat([old[row] for row in rows])",
     "value_loss(value(*batch), value(*batch).detach()", "grpo further_than_the_clip"),
    ("value loss of each micro-batch", GRPO, "VALUE_CLIP) / ", "VALUE_CLIP) / len(rows) / ",
     "grpo the_gradient_of_the_critic"),
    ("critic reads with the policy", GRPO, '(critic.model, "critic")', '(critic.model, "default")',
     "grpo advantages_of_the_critic"),
    ("critic trained by the policy's optimizer", TRAINING, "trained_parameters(model, adapter, head)",
     'trained_parameters(model, "default", head)', "training each_trainer"),
    ("critic's head not trained", MODEL, "if head else ()", "if False else ()", "training each_trainer"),
    ("critic does not warm up", GRPO, "step >= CRITIC_WARMUP", "True", "grpo warms_up"),
    ("rate of the critic is the policy's", GRPO, "critic.update(CRITIC_LEARNING_RATE", "critic.update(LEARNING_RATE",
     "grpo the_gradient_of_the_critic"),
    ("critic's gradient not clipped", GRPO, "(CRITIC_LEARNING_RATE, CLIP_NORM)", "(CRITIC_LEARNING_RATE, 1e9)",
     "grpo the_gradient_of_the_critic"),
    # the optimizer and its checkpoint
    ("gradient not clipped", TRAINING, "(self.weights, clip_norm)", "(self.weights, 1e9)",
     "training norm_that_is_allowed"),
    ("CLIP_NORM ignored", GRPO, "update(LEARNING_RATE, CLIP_NORM)", "update(LEARNING_RATE, 1e9)",
     "grpo gradient_of_a_step"),
    ("loss not scaled", TRAINING, "self.scaler.scale(loss).backward()", "loss.backward()", "training scaled_loss"),
    ("not unscaled before clipping", TRAINING, "self.scaler.unscale_(self.optimizer)", "pass", "training scaled_loss"),
    ("scaler state lost on resume", TRAINING, 'self.scaler.load_state_dict(state["scaler"])', "pass",
     "training brings_back"),
    ("scaler state forced", TRAINING, 'if state["scaler"]:', "if True:", "training another_precision"),
    ("optimizer state lost on resume", TRAINING, 'self.optimizer.load_state_dict(state["optimizer"])', "pass",
     "training brings_back"),
    ("ref left trainable", MODEL, "return model.train()", "[weight.requires_grad_() for name, weight in "
     'model.named_parameters() if ".ref." in name]; return model.train()', "training each_trainer"),
    ("gradients averaged over ranks", RANKS, "all_reduce(weight.grad)  #", "all_reduce(weight.grad.div_(PROCESSES))  #",
     "ranks what_ranks_do"),
    ("the group outlives main", RANKS, "import torch.distributed.nn  #", "import torch.distributed  #",
     "ranks alone_decides"),
    ("every rank has all rows", RANKS, "if rank == PROCESS:", "if True:", "ranks shares_part"),
    # stage 3
    ("learning rate ignored in stage 3", SFT, "update(rate,", "update(LEARNING_RATE,", "sft rate_of_the_schedule"),
    ("schedule ignored in stage 3", SFT, "batch, learning_rate(step, steps))", "batch, LEARNING_RATE)",
     "stages stage_3_shows"),
    ("CLIP_NORM ignored in stage 3", SFT, "update(rate, CLIP_NORM)", "update(rate, 1e9)", "sft micro_batch"),
    ("MASK_OUTPUT inverted in stage 3", SFT, "0 if MASK_OUTPUT else 1", "1 if MASK_OUTPUT else 0", "sft code_output"),
    ("mean of each micro-batch in stage 3", SFT, "-logprobs.sum() / denominator", "-logprobs.mean()",
     "sft micro_batch"),
    ("validation is trained on", SFT, "(name in held_out) == held", "(name in held_out) >= held",
     "sft no_question_is_trained"),
    ("validation of other questions each time", SFT, 'random.Random(f"validation/{SEED}/{name}").random()',
     "random.random()", "sft questions_for_validation"),
    ("accuracy of the places after", SCORING, "logits.argmax(-1) == targets", "logits.argmax(-1).roll(1) == targets",
     "sft accuracy_is"),
    # DPO
    ("margin without the reference", DPO, "(chosen - ref_chosen) - (rejected - ref_rejected)", "chosen - rejected",
     "dpo by_hand"),
    ("DPO's reference is trained", SFT, '"ref" if START', '"default" if START', "dpo slow_reference"),
    ("DPO from the base: reference is trained", SFT, "if START else None", 'if START else "default"',
     "dpo slow_reference"),
    ("sides of a pair exchanged", DPO, "*(pair.chosen for pair in pairs), *(pair.rejected for pair in pairs)",
     "*(pair.rejected for pair in pairs), *(pair.chosen for pair in pairs)", "dpo slow_reference"),
    ("rows of a pair beside each other", DPO, "*(pair.chosen for pair in pairs), *(pair.rejected for pair in pairs)",
     "*(side for pair in pairs for side in pair)", "dpo slow_reference"),
    ("what is before a pair is trained", DPO, "episode.append(before, 0)", "episode.append(before, 1)", "dpo the_mask"),
    ("end of a chosen turn not trained", DPO, "chat.encode_turn(row[side])", "chat.encode(row[side])", "dpo the_mask"),
    ("mean of each micro-batch of pairs", DPO, 'metrics["loss"].sum() / len(pairs)', 'metrics["loss"].mean()',
     "dpo slow_reference"),
    ("both sides counted whole", DPO, "tree_size([side.ids for side in pair])", "sum(len(side.ids) for side in pair)",
     "dpo keeps_to"),
    ("sizes of the rejected turns", DPO, "sizes[:len(pairs)]", "sizes[len(pairs):]", "dpo slow_reference"),
    ("SFT_WEIGHT ignored", SFT, "BETA, SFT_WEIGHT,", "BETA, 0.0,", "dpo slow_reference"),
    ("BETA ignored", SFT, "BETA, SFT_WEIGHT,", "0.1, SFT_WEIGHT,", "dpo slow_reference"),
    ("DPO at the rate of SFT", SFT, 'DPO_LEARNING_RATE if OBJECTIVE == "dpo" else LEARNING_RATE', "LEARNING_RATE",
     "dpo rate_of_its_own"),
    ("START ignored", SFT, "RANK, adapter, reference", 'RANK, None, reference', "dpo begins_at_its_start"),
    ("another START goes unseen", SFT, "(DATA, adapter) if adapter else (DATA,)", "(DATA,)", "dpo begins_at_its_start"),
    ("constants of START not taken", SFT, '"RANK", "FOUR_BIT", "MARKER"], maker', '"FOUR_BIT", "MARKER"], maker',
     "dpo begins_at_its_start"),
    ("a turn preferred to itself", DPO, "pair.chosen.ids == pair.rejected.ids", "False", "dpo no_pair"),
    ("half of a pair estimated", SFT, "2 * MAX_TOKENS if", "MAX_TOKENS if", "dpo estimate"),
    ("each rank its own pairs' mean", DPO, "mine, parts = ranks.share(sizes), []",
     "mine, parts = list(range(len(sizes))), []", "dpo two_ranks"),
    ("padding counted as tokens", SCORING, "return count, ids.numel()", "return ids.numel(), ids.numel()",
     "sft counts_its_tokens"),
    ("shared tokens counted twice", SCORING, "(len(rows) - 1) * len(", "0 * len(", "sft counts_its_tokens"),
    ("dropout in scoring", MODEL, "config.attention_dropout = 0.0", "pass", "model every_kind"),
    ("rows keep what follows their last trained token", SCORING, "len(episode.mask) - episode.mask[::-1].index(1)",
     "len(episode.mask)", "model rows_end"),
    ("rows lose their last trained token", SCORING, "len(episode.mask) - episode.mask[::-1].index(1)",
     "len(episode.mask) - episode.mask[::-1].index(1) - 1", "model rows_end"),
    ("best weights are the newest", TRAINING, 'weight.detach().to("cpu", copy=True)', "weight.detach()",
     "training best_weights"),
    ("worse weights kept as best", TRAINING, 'if loss < self.best["loss"]:', "if True:", "training best_weights"),
    ("best weights lost on resume", TRAINING, 'self.best = state["best"]', "pass", "training best_weights"),
    ("KEEP_BEST ignored", SFT, 'trainer.take(trainer.best["weights"])', "pass", "stages stage_3_killed"),
    # memory
    ("scales of four bits left out", MEMORY, "1 / 2 + 1 / 64 + 4 / (64 * 256)", "1 / 2", "memory from_the_beginning"),
    ("optimizer of 32 bits", MEMORY, "2 * (1 + 4 / 256)", "2 * 4", "memory from_the_beginning"),
    ("norms without fp32", MEMORY, "(2 + 2 * 4 // size) * D", "4 * D", "memory peak_of_a_step"),
    ("two chunks of the vocabulary", MEMORY, "5 * 4 * chunk", "10 * 4 * chunk", "memory peak_of_a_step"),
    ("layers wait for nothing", MEMORY, "L * (D if recompute", "(D if recompute", "memory waits_between"),
    ("one order for all epochs", SFT, "{SEED}/{epoch}", "{SEED}", "sft every_row"),
    ("end of turn not trained", EPISODE, 'episode.append(chat.encode_turn(message["content"]), 1)',
     'episode.append(chat.encode_turn(message["content"])[:-1], 1); episode.append([chat.end_of_turn], 0)',
     "episode end_of_turn_is_trained"),
    # rollouts
    ("groups mixed", GRPO, "for question in questions for _ in range(count)",
     "for _ in range(count) for question in questions", "grpo each_group"),
    ("same questions at every step", GRPO, 'seed("questions", step)', 'seed("questions")', "grpo of_no_other"),
    ("same draws at every step", GRPO, 'seed("rollouts", step, ', 'seed("rollouts", ', "grpo of_no_other"),
    ("same questions drawn again", GRPO, "questions[len(groups):len(groups) + missing]", "questions[:missing]",
     "grpo replaced_by_new"),
    ("final groups reported", GRPO, "behaviour(drawn)", "behaviour(batch)", "grpo reports_the_first"),
    ("sampler not updated before a step", GRPO, "sampler.update(trainer.model)\n    groups", "groups",
     "grpo sampler_follows"),
    ("another temperature in the sampler", GRPO, "temperature=TEMPERATURE", "temperature=1.0",
     "stages begins_cold"),
    ("update keeps keys and values", SAMPLER, "self.model, self.stored = model, {}", "self.model = model",
     "sampler after_an_update"),
    ("keys and values never dropped", SAMPLER, "self.stored.pop(key, None)", "pass", "sampler no_keys_or_values"),
    ("keys and values of another row", SAMPLER, "self.cache.pick([place])", "self.cache.pick([0])",
     "sampler every_turn_reads"),
    ("room taken up again at every token", CACHE, "if width + new > self.tables[0].shape[2]:", "if True:",
     "sampler copied_only"),
    ("keys and values copied over older ones", CACHE, "table[:, :, width:width + new]", "table[:, :, :new]",
     "sampler copied_only"),
    ("four bits dequantised for every token", SAMPLER, "self.full.enter_context(full_weights(self.model, self.dtype))",
     "pass", "sampler no_dequantisation"),
    ("adapter left out of the full weights", MODEL, "for name in names), start", "for name in names[:0]), start",
     "model full_weights"),
    ("batch laid anew for every turn", SAMPLER, "if SHARE * len(self.first + self.further) >= max(1,",
     "if SHARE * len(self.first + self.further) >= 1 or max(1,", "sampler eighth"),
    ("heads of other groups folded", ATTENTION, "query.view(batch, key.shape[1], -1, size)",
     "query.view(batch, -1, key.shape[1], size).transpose(1, 2)", "model one_new_token"),
    ("full weights where they leave no room", MODEL, "return SPARE * sum", "return sum", "model goes_without"),
    ("cuDNN left on", ATTENTION, "enable_cudnn_sdp(False)", "enable_cudnn_sdp(True)", "model planned_for_every_shape"),
    ("heads of an old GPU in groups", ATTENTION, "        _group_heads(False)", "        pass",
     "model planned_for_every_shape"),
    ("holes attended to", ATTENTION, "attn_mask=mask, scale", "scale", "model one_new_token"),
    ("slow programs let all begin", EPISODE, "> 2 * sampler.batch:", "> 99 * sampler.batch:", "sampler two_batches"),
    ("NaN drawn as a word", SAMPLER, "if math.isnan(score):", "if False:", "sampler no_numbers"),
    ("ten bad steps in all", TRAINING, "self.skipped = 0 if math.isfinite(norm) else", "self.skipped = self.skipped if "
     "math.isfinite(norm) else", "training no_number_end"),
    ("adapters rounded into 16 bits", MODEL, "if dtype == torch.float32:", "if names:", "model in_16_bits"),
    ("adapters beside 16 bits left out", MODEL, "for down, up, scale in adapters:", "for down, up, scale in ():",
     "model in_16_bits"),
    ("adapter that is off in the full weights", MODEL, "[] if layer.disable_adapters else ", "", "model full_weights"),
    ("bias left out of the full weights", MODEL, "None if base.bias is None else base.bias.to(dtype)", "None",
     "model full_weights"),
    ("bf16 in fp32", SAMPLER, "compute_dtype(True) if cpu_bf16 else None", "None", "sampler multiplied_in_bf16"),
    ("prompts padded to the longest", SAMPLER, "micro_batches([len(ids) for ids in new], READ)", "[[*range(len(new))]]",
     "sampler their_length"),
    ("prompts given to other rows", SAMPLER, "[order.index(distinct.index(tuple(turn.prompt)))",
     "[distinct.index(tuple(turn.prompt))", "sampler their_length"),
    ("turns in the order in which they came", SAMPLER, "[turns[row] for row in order]", "[*turns]",
     "sampler every_turn_reads"),
    ("full weights kept", SAMPLER, "self.full.close()", "pass", "sampler no_dequantisation"),
    ("temperature not in the sampler's scores", SAMPLER, "(logits.float() / self.temperature)", "logits.float()",
     "sampler trainer_scores"),
    ("what follows the fence in its token", SAMPLER, "FENCE in self.text", "self.text.endswith(FENCE)",
     "sampler fence"),
    ("fence joined with a newline missed", SAMPLER, "or FENCE in self.text",
     "or self.ids[-2:] == chat.encode(FENCE)[-2:]", "sampler fence"),
    ("seeds shared between episodes", EPISODE, "{seeds[number]}/{turn}", "/{turn}", "sampler seed_of_its_own"),
    ("overlap waits for all programs", EPISODE, "FIRST_COMPLETED if overlap else ALL", "ALL", "sampler goes_on_while"),
    ("overlap waits for one program", EPISODE, "0 if overlap and (sampling or ended) else None", "None",
     "sampler goes_on_while"),
    ("code of a truncated turn run", EPISODE, "return None if episode.done else code", "return code",
     "episode not_run"),
    ("calls not limited", EPISODE, "if episode.code_calls < chat.max_calls else None", "", "episode last_code_call"),
    ("environment's end of turn learned", EPISODE, "episode.append([chat.end_of_turn], 0)",
     "episode.append([chat.end_of_turn], 1)", "episode stopped_at_the_fence"),
    ("control tokens encoded", EPISODE, "self.bare.encode(text).ids", 'self.tokenizer(text)["input_ids"]',
     "episode control"),
    ("overlong questions kept", EPISODE, ".ids) < max_tokens]", ".ids) > 0]", "episode without_room"),
    # curriculum
    ("potential upside down", GRPO, "key=lambda row: -potential", "key=lambda row: potential",
     "grpo highest_potential"),
    ("HOPELESS ignored", GRPO, 'if hopeless == "last":', "if True:", "grpo highest_potential"),
    ("potential of another policy", GRPO, "sampler.update(trainer.model)\n        p =", "p =",
     "grpo that_of_the_policy"),
    ("REESTIMATE ignored", GRPO, "if REESTIMATE else 0", "if False else 0", "grpo measured_again"),
    ("potential by small batches", GRPO, "size = max(QUESTIONS, ", "size = min(QUESTIONS, ", "grpo measured_once"),
    ("potential measured twice", GRPO, "if question.id not in known", "", "grpo measured_once"),
    # the page
    ("data can end its block", REPORT, '.replace("<", "\\\\u003c")', "", "page hostile"),
    ("any script may run", PAGE, "script-src 'none'", "script-src 'unsafe-inline'", "page policy"),
    ("no number written as NaN", REPORT, 'if "NaN" in text or "Infinity" in text:', "if False:", "page curves"),
    ("text taken for code", REPORT, '("code_calls", 0) > 0', '("code_calls", 0) >= 0', "page figures"),
    ("halves rounded up", PAGE, "share * 200 % 2 === 1", "false", "page rounded_as_python"),
    ("averages sorted as tasks are", PAGE, "const isTotal = row =>", "const isTotal = row => false &&", "page sorted"),
    ("another sample shown", PAGE, "name === columns[column] && sample === row[1]", "name === columns[column]",
     "page address"),
    ("every row drawn", PAGE, "shown.slice(top, top + Math.ceil(list.clientHeight / HEIGHT) + 12)", "shown.slice(top)",
     "page many_answers"),
    ("every chunk kept unpacked", PAGE, "if (unpacked.size >= KEPT)", "if (false)", "page many_answers"),
    # questions, trajectories and files
    ("ANSWER_TOKENS ignored", "01_make_tasks.py", "<= ANSWER_TOKENS:", "<= 10**9:", "stages answer_is_too_long"),
    ("published questions trained on", "01_make_tasks.py", 'splits.items() if split != "train"}', "splits.items()}",
     "genuine stage_1"),
    ("a test task that a training task teaches", "tasks/reasoning_gym/arithmetic.py",
     'products", "arithmetic", "train"', 'products", "arithmetic", "test"', "split program_of"),
    ("a family parted", "tasks/reasoning_gym/arithmetic.py",
     'gcd", "arithmetic", "train"', 'gcd", "arithmetic", "test"', "split family_is_parted"),
    ("answers kept that nobody was shown", SELECTION, "if not is_shown and", "if False and",
     "synthesize nobody_was_shown"),
    ("turns kept that are never sampled", SELECTION, "max(turns) > turn_tokens or", "",
     "synthesize never_sampled"),
    ("rejected trajectories kept", SELECTION, 'if row["reward"] != 1:', "if False:",
     "synthesize verifier_refuses"),
    ("demanded code not missed", SELECTION, 'if len(row["statuses"]) < min(', 'if len(row["statuses"]) < -min(',
     "synthesize fit_to_be_learned"),
    ("code demanded of nobody", SYNTHESIZE, 'PROMPTS.get(row["style"], ("", 0))[1]', "0", "synthesize each_constant"),
    ("more code demanded than allowed", SELECTION, "min(calls, chat.max_calls)", "calls", "synthesize no_more_code"),
    ("a last call that failed kept", SELECTION, 'and row["statuses"][-1] != "ok"', "and False",
     "synthesize fit_to_be_learned"),
    ("a program taken for evidence", SELECTION, 'CODE.sub("", "\\n".join(shown))', '"\\n".join(shown)',
     "synthesize fit_to_be_learned"),
    ("near-duplicates kept", SELECTION, 'pool.setdefault(likeness(row["messages"]), row)',
     'pool.setdefault(row["try"], row)', "synthesize near_duplicate"),
    ("questions with both ways not preferred", SELECTION, "key=lambda question: not all(pools[question])",
     "key=lambda question: 0", "synthesize cap_takes"),
    ("CAP ignored", SELECTION, "(cap or math.inf)", "math.inf", "synthesize cap_takes"),
    ("the second in the same way", SELECTION, "not so_far[-1] if len(picked) == 1 else ", "",
     "synthesize second_of_a_question"),
    ("CODE_SHARE ignored", SELECTION, "sum(so_far) < code_share *", "sum(so_far) < 1.0 *", "synthesize share_that_is"),
    ("the prompt of a style trained on", SELECTION, "episode.messages(chat.prompt(question.question))",
     "episode.messages(wording(chat, asked))", "synthesize teacher_at_an_endpoint"),
    ("held-out questions learned from", SELECTION, "        if both:", "        if False:", "synthesize held_out"),
    ("what could not be had taken for wrong", SYNTHESIZE, 'if row["id"] in places and not row["failed"])',
     'if row["id"] in places)', "synthesize could_not_be_had"),
    ("attempts made twice", SYNTHESIZE, "if (each.question.id, each.number) not in done]", "]",
     "synthesize cut_short"),
    ("solved questions asked again", SYNTHESIZE, "if question.id not in solved]", "]", "synthesize further_rounds"),
    ("paid attempts thrown away", FILES, 'if not is_cheap(first["constants"]):', "if False:",
     "synthesize paid_attempts"),
    ("the key in a message", ENDPOINT, "text.replace(key, '***') if key else text", "text", "endpoint key_goes"),
    ("any fence ends a turn there", ENDPOINT, "if find_code(text[:fence.end()]) is not None:", "if True:",
     "endpoint first_program"),
    ("text after the program kept", ENDPOINT, "return text[:fence.end()],", "return text,", "endpoint first_program"),
    ("answers that are none not asked for again", ENDPOINT, "(ValueError, AttributeError, TypeError, IndexError)",
     "ZeroDivisionError", "endpoint comes_through"),
    ("no request made again", ENDPOINT, "max_retries=endpoint.retries", "max_retries=0", "endpoint comes_through"),
    ("money not limited", ENDPOINT, "            if endpoint.is_spent():", "            if False:", "endpoint money"),
    ("one refusal taken for all", ENDPOINT,
     "not (isinstance(error, openai.BadRequestError) and endpoint.purse.tokens_out)",
     "True", "endpoint refusals"),
    ("an endpoint that is down asked on", ENDPOINT, "if endpoint.failures >= IN_A_ROW:", "if False:",
     "endpoint answers_nobody"),
    ("too many at once", ENDPOINT, "asyncio.Semaphore(endpoint.in_flight)", "asyncio.Semaphore(99)",
     "endpoint at_once"),
    ("what was outgrown taken for failed", ENDPOINT, 'and "context" in str(error).lower()', "and False",
     "endpoint outgrows"),
    ("adapter of a shorter run kept", FILES, "    shutil.rmtree(Path(folder, ADAPTER), ignore_errors=True)\n", "",
     "constants shorter_run"),
    ("dropout kept", MODEL, "module.p = 0.0", "pass", "model dropout"),
    ("programs waited for in a spin", EPISODE, "0 if overlap and (sampling or ended)",
     "0 if overlap and (sampling or ended or waiting)", "episode spins"),
    ("a system message taken for the question", SFT, 'if role == ("assistant", "user")[number % 2]:', "if True:",
     "constants no_conversation"),
    ("inputs not fingerprinted", FILES, "if replaced:", "if False:", "constants other_inputs"),
    ("constants of a run not compared", FILES, "if changed:", "if False:", "constants other_constants"),
    ("adapter of a stopped run taken", FILES, "if Path(folder, ADAPTER_FILE).exists():", "if True:",
     "stages was_stopped"),
    # stage 5
    ("tasks do not weigh alike", STATISTICS, "np.mean([means[name] for name in names], axis=0)", "means[names[0]]",
     "eval weigh_alike"),
    ("interval of nothing at 0 and 1", STATISTICS, " or low == high)", ")", "eval nothing_to_vary"),
    ("pass@k from drawing with replacement", STATISTICS, "math.comb(n - c, k) / math.comb(n, k)", "(1 - c / n) ** k",
     "eval pass_at_k"),
    ("bootstrap of other sizes", STATISTICS, "random.multinomial(size, counts / size, draws)",
     "random.multinomial(4 * size, counts / size, draws) / 4", "eval binomial or hold_the_truth"),
    ("answers to other questions kept", EVAL, "repr((settings, questions))", "repr(settings)", "eval come_and_go"),
    ("answers of other adapters kept", EVAL, "column.adapter and digest(column.adapter)", "column.adapter",
     "eval changed_adapter"),
    ("answers not asked for now are lost", ANSWERS, "    if others or aside.exists():", "    if False:",
     "eval come_and_go"),
    ("all samples alike", EVAL, "start * 100 + sample", "start * 100", "eval killed"),
    ("money of earlier runs forgotten", EVAL, "column.endpoint.tokens_in += ", "_ = ", "eval money"),
    ("bases mixed", EVAL, '{"MODEL", "FOUR_BIT"} - set(given)', "set()", "eval different_bases"),
    ("one marker for all", EVAL, 'MARKER if "MARKER" in given else run.get("MARKER", MARKER)', "MARKER",
     "eval several_runs"),
    ("questions of one id mixed", TABLES, '(row["id"], row["question"])', '(row["id"], "")', "eval aligned"),
    ("the worker alone is taken for the base", EVAL, 'if column.is_sampled else ["none"]', "", "eval depends_on"),
    ("guided answers by another worker kept", EVAL, "SEED, TIMEOUT, WORKER, work", "SEED, TIMEOUT, work",
     "eval depends_on"),
    ("guided answers of other prompts kept", EVAL, "STEER_TOKENS, constants(vars(steering))]", "STEER_TOKENS]",
     "eval depends_on"),
    ("conversations that failed are kept", EVAL, "zip(part, episodes) if not episode.failed]", "zip(part, episodes)]",
     "eval fails_is_asked_again"),
    ("what is paid for is asked again", EVAL, "part = lacking if purse else part", "part = part", "eval stands_beside"),
    ("money spent on guidance forgotten", EVAL, 'row.get("paid", (0, 0))', "(0, 0)", "eval fails_is_asked_again"),
    ("a stop counted as a round", GUIDED, 'if "text" in turn]', "]", "eval guidance_by_hand"),
    ("a wrong verdict counted as right", GUIDED, "mean(says == right", "mean(says", "eval guidance_by_hand"),
    ("rounds that nobody reached counted", GUIDED, " if len(turns) > place", "", "eval guidance_by_hand"),
    ("guidance shown as read", PAGE, 'drawTurn("said", ["guidance"', 'drawTurn("read", ["guidance"',
     "page guidance_is_green"),
    ("the same program checks itself", BEHAVIOUR, " and code != later", "", "eval checked"),
    ("repaired before it failed", BEHAVIOUR, "turns[place:]", "turns[:place]", "eval by_hand"),
    ("a fence ends a turn in words", EPISODE, 'chat.method == "text" or find_code(text) is None',
     "find_code(text) is None", "eval in_words"),
    ("a failed program answers", EPISODE, 'result.stdout.strip() if result.status == "ok" else ""',
     "result.stdout.strip()", "eval one_program"),
    ("adapter ends the training mode", SAMPLER, 'folder, "used")', 'folder, "used", False)', "eval base_is_the_same"),
)]


def run(tests: list[str], fault: Fault | None = None) -> str:
    """What becomes of the tests in a copy of the project with that fault: "passed", "failed: ..." or "ERROR: ..."."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT, folder, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns(".*", "__pycache__", "models", "data", "runs"))
        if fault:
            code = Path(folder, fault.file).read_text()
            if code.count(fault.text) != 1:
                return f"ERROR: {fault.file} has {code.count(fault.text)} places that read {fault.text!r}"
            Path(folder, fault.file).write_text(code.replace(fault.text, fault.instead))
        files, names = zip(*(test.split(" ", 1) for test in tests))
        command = [sys.executable, "-m", "pytest", "-qx", "-p", "no:cacheprovider",
                   *sorted({f"tests/test_{file}.py" for file in files}), "-k", " or ".join(names)]
        try:
            done = subprocess.run(command, cwd=folder, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True,
                                  text=True, timeout=PATIENCE * len(tests))
        except subprocess.TimeoutExpired:
            return "failed: they did not end"
        said = done.stdout.strip()[-300:]
        return {0: "passed", 1: f"failed: {said}"}.get(done.returncode, f"ERROR: {said}")


def main():
    faults = [fault for fault in FAULTS if all(part in fault.name for part in sys.argv[1:])]
    if not faults:
        raise SystemExit("no fault has such a name")
    survived = []
    with ThreadPoolExecutor(JOBS) as pool:
        clean = pool.submit(run, sorted({fault.tests for fault in faults}))
        jobs = {pool.submit(run, [fault.tests], fault): fault for fault in faults}
        bar = tqdm(as_completed(jobs), total=len(jobs), desc="faults", unit="fault")
        for job in bar:
            if not job.result().startswith("failed"):
                survived.append(jobs[job].name)
                bar.write(f"{jobs[job].name:40} {jobs[job].tests:40} {job.result().replace('passed', 'survived')}")
            bar.set_postfix(survived=len(survived))
    print(f"without a fault the tests {clean.result()}")
    print(f"{len(faults)} faults, {len(survived)} survived")
    raise SystemExit(clean.result() != "passed" or bool(survived))


if __name__ == "__main__":
    main()
