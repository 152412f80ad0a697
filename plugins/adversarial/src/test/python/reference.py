"""Writes src/test/resources/golden/forms.safetensors: the forms of the term by PyTorch, for AdversarialTest.

Needs torch and safetensors; run it from plugins/adversarial as `python src/test/python/reference.py`. The build and the
tests need only the file. It holds the logits `student` and `teacher`, and for each FORM of CASES the loss FORM and its
gradients FORM.student and FORM.teacher.
"""
import torch
import torch.nn.functional as F
from safetensors.torch import save_file


def kl(s, t, temperature):
    return -temperature**2 * F.kl_div(F.log_softmax(s / temperature, 1), F.softmax(t / temperature, 1),
                                      reduction="batchmean")


def masked(s, t, temperature):
    each = F.kl_div(F.log_softmax(s / temperature, 1), F.softmax(t / temperature, 1), reduction="none").sum(1)
    return -temperature**2 * (each * (s.argmax(1) == t.argmax(1))).mean()


def js(s, t, temperature):
    p, q = (F.softmax(y / temperature, 1).clamp(0.01, 0.99) for y in (t, s))
    m = ((p + q) / 2).log()
    return 1 - ((F.kl_div(m, p, reduction="batchmean") + F.kl_div(m, q, reduction="batchmean")) / 2).clamp(0, 1)


def l1(s, t, temperature):
    return -F.l1_loss(s, t)


CASES = {"kl": (kl, 1), "kl-4": (kl, 4), "masked": (masked, 1), "masked-2": (masked, 2), "js": (js, 3), "js-1": (js, 1),
         "l1": (l1, None)}

torch.manual_seed(1)
student = (torch.randn(6, 5) * 3).requires_grad_()
teacher = (student.detach() + torch.randn(6, 5) * 2).requires_grad_()
print("same class:", (student.argmax(1) == teacher.argmax(1)).tolist())
out = {"student": student.detach(), "teacher": teacher.detach()}
for name, (form, temperature) in CASES.items():
    loss = form(student, teacher, temperature)
    out[name] = loss.detach()
    out[f"{name}.student"], out[f"{name}.teacher"] = torch.autograd.grad(loss, (student, teacher))
    print(name, float(loss))
save_file({name: tensor.contiguous() for name, tensor in out.items()}, "src/test/resources/golden/forms.safetensors",
          {"origin": f"PyTorch {torch.__version__}, CPU, seed 1, src/test/python/reference.py"})
