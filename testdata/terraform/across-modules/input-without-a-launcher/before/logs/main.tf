variable "iam_role" {
  type = string
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = var.iam_role
  policy_arn = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"
}
